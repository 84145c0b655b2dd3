/** A message of OTLP's JSON form: its fields, each with how it is read into a draft. What is not among them is ignored. */
import type { JsonCursor } from './json-cursor.js';
import { entryAtKey } from './json-values.js';
import { bytesOf, NameTable } from './name-table.js';

/** Passes one value and notes it in the draft. */
export type ReadField<Draft> = (draft: Draft, cursor: JsonCursor) => void;

/** A field, known or ignored, as exporters write it; `next` is the one that followed it the last time. */
interface Field<Draft> {
  readonly bytes: Uint8Array;
  /** `"name":` and `,"name":` */
  readonly first: Uint8Array;
  readonly later: Uint8Array;
  readonly read: ReadField<Draft> | null;
  next: Field<Draft> | null;
}

/** Fields that are not ours, and are passed quickly all the same. */
const MOST_IGNORED = 64;
const LONGEST_IGNORED = 64;

export class Message<Draft> {
  readonly #fields: NameTable<Field<Draft>>;
  readonly #ignored = new Map<string, Field<Draft>>();
  /** Before the first field. */
  readonly #start: Field<Draft> = fieldOf('', null);

  constructor(fields: Readonly<Record<string, ReadField<Draft>>>) {
    this.#fields = new NameTable(Object.entries(fields).map(([name, read]) => fieldOf(name, read)));
  }

  /**
   * Passes the fields of an object whose opening bracket has been passed, and its closing one. An exporter writes them in
   * one order: what followed the last time is tried before it is looked up.
   */
  read(cursor: JsonCursor, draft: Draft): Draft {
    let last = this.#start;
    for (let isFirst = true; ; isFirst = false) {
      let { next } = last;
      if (next === null || !cursor.literal(isFirst ? next.first : next.later)) {
        if (!cursor.nextKey(isFirst)) return draft;
        next = this.#fieldAt(cursor);
        last.next = next;
      }
      if (next.read === null) cursor.skip();
      else next.read(draft, cursor);
      last = next;
    }
  }

  /** The one whose key was passed. */
  #fieldAt(cursor: JsonCursor): Field<Draft> {
    const known = entryAtKey(this.#fields, cursor);
    if (known !== null) return known;
    const { start, end, isEscaped } = cursor;
    if (isEscaped || end - start > LONGEST_IGNORED) return fieldOf('', null);
    const name = cursor.text();
    const seen = this.#ignored.get(name);
    if (seen !== undefined) return seen;
    const field = fieldOf<Draft>(name, null);
    if (this.#ignored.size < MOST_IGNORED) this.#ignored.set(name, field);
    return field;
  }
}

function fieldOf<Draft>(name: string, read: ReadField<Draft> | null): Field<Draft> {
  return {
    bytes: bytesOf(name),
    first: bytesOf(`"${name}":`),
    later: bytesOf(`,"${name}":`),
    read,
    next: null,
  };
}
