/**
 * Sums by minute, sparse: a minute without a record takes no room, one with a record three to ten bytes. Thousands of agents
 * are held at once.
 */

const DAY = 1440;

/** Seven days of baseline, the hour before it and the hour under test, and a day for clocks that are set back. */
export const KEPT_MINUTES = 8 * DAY + 180;

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

const NO_MINUTES = new Uint16Array(0);
const NO_VALUES = new Uint8Array(0);
const FARTHEST = 0xff_ff;
const LEAST_CAPACITY = 8;
const GROWTH = 1.25;

export class MinuteSeries {
  /** The minute that offset 0 stands for. */
  #base = 0;
  #length = 0;
  #offsets: Uint16Array = NO_MINUTES;
  #values: Numbers = NO_VALUES;

  /** How many minutes hold something. They are numbered in order of time. */
  get length(): number {
    return this.#length;
  }

  minuteAt(index: number): number {
    return this.#base + (this.#offsets[index] ?? 0);
  }

  valueAt(index: number): number {
    return this.#values[index] ?? 0;
  }

  newest(): number | null {
    return this.#length === 0 ? null : this.minuteAt(this.#length - 1);
  }

  /** The number of the first minute that is not before this one; `length` where there is none. */
  indexFrom(minute: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.minuteAt(middle) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** From and with one minute up to and with another. */
  sum(from: number, to: number): number {
    let total = 0;
    const last = this.#length - 1;
    const end = last >= 0 && this.minuteAt(last) <= to ? last : this.indexFrom(to + 1) - 1;
    for (let index = end; index >= 0 && this.minuteAt(index) >= from; index--) total += this.valueAt(index);
    return total;
  }

  /** Adds to a minute (takes away, where negative: at nothing it is gone). What is older than is kept is let go. */
  add(minute: number, value: number): void {
    const found = minute === this.newest() ? this.#length - 1 : this.indexFrom(minute);
    const isThere = found < this.#length && this.minuteAt(found) === minute;
    const sum = (isThere ? this.valueAt(found) : 0) + value;
    if (sum <= 0 && isThere) this.#remove(found);
    if (sum <= 0 || !this.#makeReach(minute)) return;
    // Reaching may have dropped what was too old, and so have moved the rest.
    this.#set(isThere ? found : this.#insert(this.indexFrom(minute), minute), sum);
  }

  /** False for a minute that is older than is kept. */
  #makeReach(minute: number): boolean {
    const newest = Math.max(this.newest() ?? minute, minute);
    if (minute < newest - KEPT_MINUTES) return false;
    if (this.#length === 0) this.#base = minute - KEPT_MINUTES;
    if (minute < this.#base || minute - this.#base > FARTHEST) this.#rebase(newest);
    return true;
  }

  #insert(at: number, minute: number): number {
    let index = at;
    if (this.#length === this.#offsets.length) {
      index -= this.#dropBefore((this.newest() ?? minute) - KEPT_MINUTES);
      this.#grow();
    }
    if (index < this.#length) {
      this.#offsets.copyWithin(index + 1, index, this.#length);
      this.#values.copyWithin(index + 1, index, this.#length);
    }
    this.#offsets[index] = minute - this.#base;
    this.#values[index] = 0;
    this.#length++;
    return index;
  }

  #remove(index: number): void {
    this.#offsets.copyWithin(index, index + 1, this.#length);
    this.#values.copyWithin(index, index + 1, this.#length);
    this.#length--;
  }

  /** Values get as much room as the largest of them needs. */
  #set(index: number, value: number): void {
    if (value > mostOf(this.#values))
      this.#values = copyOf(this.#values, arrayFor(value), this.#values.length);
    this.#values[index] = value;
  }

  #rebase(newest: number): void {
    this.#dropBefore(newest - KEPT_MINUTES);
    const base = newest - KEPT_MINUTES;
    const shift = base - this.#base;
    for (let index = 0; index < this.#length; index++)
      this.#offsets[index] = (this.#offsets[index] ?? 0) - shift;
    this.#base = base;
  }

  /** How many were dropped. */
  #dropBefore(minute: number): number {
    const dropped = this.indexFrom(minute);
    if (dropped === 0) return 0;
    this.#offsets.copyWithin(0, dropped, this.#length);
    this.#values.copyWithin(0, dropped, this.#length);
    this.#length -= dropped;
    return dropped;
  }

  /** By a quarter, unless dropping has just made as much room. */
  #grow(): void {
    const capacity = Math.max(LEAST_CAPACITY, Math.ceil(this.#length * GROWTH));
    if (capacity <= this.#offsets.length) return;
    const offsets = new Uint16Array(capacity);
    offsets.set(this.#offsets.subarray(0, this.#length));
    this.#offsets = offsets;
    this.#values = copyOf(this.#values, arrayOfKind(this.#values), capacity);
  }
}

type MakeNumbers = (length: number) => Numbers;

const ARRAYS: readonly { readonly most: number; readonly make: MakeNumbers }[] = [
  { most: 0xff, make: (length) => new Uint8Array(length) },
  { most: 0xff_ff, make: (length) => new Uint16Array(length) },
  { most: 0xff_ff_ff_ff, make: (length) => new Uint32Array(length) },
];
const WIDEST: MakeNumbers = (length) => new Float64Array(length);

function arrayFor(value: number): MakeNumbers {
  return ARRAYS.find(({ most }) => value <= most)?.make ?? WIDEST;
}

function arrayOfKind(values: Numbers): MakeNumbers {
  return arrayFor(mostOf(values));
}

function mostOf(values: Numbers): number {
  if (values instanceof Uint8Array) return 0xff;
  if (values instanceof Uint16Array) return 0xff_ff;
  return values instanceof Uint32Array ? 0xff_ff_ff_ff : Number.MAX_VALUE;
}

function copyOf(values: Numbers, make: MakeNumbers, length: number): Numbers {
  const copy = make(length);
  copy.set(values);
  return copy;
}
