import { SLOT_COUNT, type KnownName } from './attribute-names.js';
import type { FlatAttributes, Slots, Value } from './types.js';

const NONE: FlatAttributes = [];
const EMPTY: readonly (Value | undefined)[] = Array.from({ length: SLOT_COUNT });

/**
 * Gathers the attributes of one span after the other: reused, so that a span costs one array. `start`, then `put` and
 * `putFlat`, then `slots` and `flat`.
 */
export class AttributeSink {
  readonly #ranks = new Uint8Array(SLOT_COUNT);
  #slots: (Value | undefined)[] = [];
  #flat: (readonly [string, Value])[] | null = null;

  start(): void {
    this.#ranks.fill(255);
    this.#slots = EMPTY.slice();
    this.#flat = null;
  }

  /** An empty value says nothing. A better name wins; of the same name twice (which OTLP forbids), the last. */
  put(known: KnownName, value: Value): void {
    if (value === null || known.rank > (this.#ranks[known.slot] ?? 0)) return;
    this.#ranks[known.slot] = known.rank;
    this.#slots[known.slot] = value;
  }

  putFlat(name: string, value: Value): void {
    this.#flat ??= [];
    this.#flat.push([name, value]);
  }

  get slots(): Slots {
    return this.#slots;
  }

  get flat(): FlatAttributes {
    return this.#flat ?? NONE;
  }
}
