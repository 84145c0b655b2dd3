/**
 * Exporters write the same attributes in the same order, span after span. What followed this one of late is therefore tried
 * first, as bytes: only where they differ is a name looked up, or a value read.
 */
import type { JsonCursor } from './json-cursor.js';
import type { NameEntry } from './known-names.js';
import { startsWith } from './name-table.js';
import type { Value } from './types.js';

/** An attribute as it was written the last time. */
export interface SeenAttribute {
  /** `{"key":"…","value":` */
  readonly head: Uint8Array;
  /** null for a name that nobody reads. */
  readonly entry: NameEntry | null;
  /** Its last value as it was written, to the end of the attribute; empty where that was too long. */
  tail: Uint8Array;
  value: Value;
  /** How often in a row it had another value than before. */
  changes: number;
  /** What came after it the last time, and the time before that it was another. */
  next: SeenAttribute | null;
  other: SeenAttribute | null;
}

/** Names beyond that many are read the long way; senders may invent them. */
const MOST_SEEN = 512;
const LONGEST_HEAD = 128;
const LONGEST_TAIL = 160;
/** An identifier changes with every span: to remember it would cost more than it ever saves. */
const MOST_CHANGES = 8;
const TRIED_AGAIN = 32;
const NO_BYTES = new Uint8Array(0);

export class AttributeMemory {
  readonly #seen = new Map<string, SeenAttribute>();
  readonly #first: SeenAttribute = newlySeen(NO_BYTES, null);
  #last: SeenAttribute = this.#first;

  /** A list begins. */
  start(): void {
    this.#last = this.#first;
  }

  /** Passes the head of the next attribute, where it is one that followed here before. */
  pass(cursor: JsonCursor): SeenAttribute | null {
    const { next, other } = this.#last;
    if (next !== null && passed(cursor, next.head)) return this.#at(next);
    if (other === null || !passed(cursor, other.head)) return null;
    this.#follow(other);
    return this.#at(other);
  }

  /** Remembers the attribute whose head was read the long way, from `from` up to where the cursor stands. */
  note({ buffer, position }: JsonCursor, from: number, entry: NameEntry | null): SeenAttribute | null {
    if (position - from > LONGEST_HEAD) return null;
    const text = buffer.toString('latin1', from, position);
    const seen = this.#seen.get(text) ?? this.#add(text, entry);
    if (seen === null) return null;
    this.#follow(seen);
    return this.#at(seen);
  }

  #add(text: string, entry: NameEntry | null): SeenAttribute | null {
    if (this.#seen.size >= MOST_SEEN) return null;
    const seen = newlySeen(new Uint8Array(Buffer.from(text, 'latin1')), entry);
    this.#seen.set(text, seen);
    return seen;
  }

  #follow(seen: SeenAttribute): void {
    const last = this.#last;
    if (last.next === seen) return;
    last.other = last.next;
    last.next = seen;
  }

  #at(seen: SeenAttribute): SeenAttribute {
    this.#last = seen;
    return seen;
  }
}

function newlySeen(head: Uint8Array, entry: NameEntry | null): SeenAttribute {
  return { head, entry, tail: NO_BYTES, value: null, changes: 0, next: null, other: null };
}

/** Passes the value that it had the last time, to the end of the attribute, if that is what comes next. */
export function passTail(cursor: JsonCursor, seen: SeenAttribute): boolean {
  const { tail } = seen;
  if (tail.length === 0 || !passed(cursor, tail)) return false;
  seen.changes = 0;
  return true;
}

/** Remembers the value that stands from `from` up to where the cursor is; seldom, where it is always another. */
export function noteTail(
  seen: SeenAttribute,
  { value, from }: Noted,
  { buffer, position }: JsonCursor,
): void {
  seen.changes += 1;
  const isWorthIt =
    position - from <= LONGEST_TAIL && (seen.changes <= MOST_CHANGES || seen.changes % TRIED_AGAIN === 0);
  seen.tail = isWorthIt ? Uint8Array.prototype.slice.call(buffer, from, position) : NO_BYTES;
  seen.value = isWorthIt ? value : null;
}

interface Noted {
  readonly value: Value;
  readonly from: number;
}

function passed(cursor: JsonCursor, bytes: Uint8Array): boolean {
  if (!startsWith(cursor.buffer, cursor.position, bytes)) return false;
  cursor.position += bytes.length;
  return true;
}
