/** A message of OTLP's JSON form: its fields, each with how it is read into a draft. What is not among them is ignored. */
import type { JsonCursor } from './json-cursor.js';
import { entryAtKey } from './json-values.js';
import { bytesOf, NameTable } from './name-table.js';

/** Passes one value and notes it in the draft. */
export type ReadField<Draft> = (draft: Draft, cursor: JsonCursor) => void;

export class Message<Draft> {
  readonly #fields: NameTable<{ readonly bytes: Uint8Array; readonly read: ReadField<Draft> }>;

  constructor(fields: Readonly<Record<string, ReadField<Draft>>>) {
    this.#fields = new NameTable(
      Object.entries(fields).map(([name, read]) => ({ bytes: bytesOf(name), read })),
    );
  }

  /** Passes the fields of an object whose opening bracket has been passed, and its closing one. */
  read(cursor: JsonCursor, draft: Draft): Draft {
    for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
      const field = entryAtKey(this.#fields, cursor);
      if (field === null) cursor.skip();
      else field.read(draft, cursor);
    }
    return draft;
  }
}
