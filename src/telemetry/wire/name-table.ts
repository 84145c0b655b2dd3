/** Finds names by their bytes, so that no name of a span is ever made into text. */

export interface Named {
  readonly bytes: Uint8Array;
}

const BUCKETS = 1024;

/** One of the names that fall into a bucket. */
class Link<Entry> {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly entry: Entry;
  readonly next: Link<Entry> | null;

  constructor(bytes: Uint8Array, entry: Entry, next: Link<Entry> | null) {
    this.bytes = bytes;
    this.length = bytes.length;
    this.entry = entry;
    this.next = next;
  }
}

export class NameTable<Entry extends Named> {
  readonly #buckets: (Link<Entry> | null)[] = Array.from({ length: BUCKETS }, () => null);

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) {
      const bucket = bucketOf(entry.bytes, 0, entry.bytes.length);
      this.#buckets[bucket] = new Link(entry.bytes, entry, this.#buckets[bucket] ?? null);
    }
  }

  /** Which name stands in `buffer` from `start` to `end`? */
  find(buffer: Uint8Array, start: number, end: number): Entry | null {
    const length = end - start;
    let link = this.#buckets[bucketOf(buffer, start, end)] ?? null;
    while (link !== null && (link.length !== length || !startsWith(buffer, start, link.bytes)))
      link = link.next;
    return link === null ? null : link.entry;
  }
}

/** Are these bytes at `start`? From the end backwards, for names differ there. */
export function startsWith(buffer: Uint8Array, start: number, bytes: Uint8Array): boolean {
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    if (buffer[start + index] !== bytes[index]) return false;
  }
  return true;
}

export function bytesOf(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(name));
}

function bucketOf(buffer: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length < 3) return length;
  const last = buffer[end - 1] ?? 0;
  const third = buffer[end - 3] ?? 0;
  const middle = buffer[start + (length >> 1)] ?? 0;
  return (length * 37 + last * 61 + third * 131 + middle * 17) & (BUCKETS - 1);
}
