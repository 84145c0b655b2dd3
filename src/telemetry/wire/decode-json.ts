/** OTLP's JSON form. A body that is none throws InvalidOtlp; a span or log record that is none is refused and counted. */
import type { Signal } from '../types.js';
import { AttributeSink } from './attribute-sink.js';
import { Gathered } from './gathered.js';
import { InvalidOtlp } from './invalid-otlp.js';
import { readAttributes } from './json-attributes.js';
import { ARRAY, JsonCursor, OBJECT } from './json-cursor.js';
import { readLog } from './json-log.js';
import { readSpan } from './json-span.js';
import { Fields } from './json-values.js';
import { REASON } from './rejections.js';
import type { Decoded, Slots } from './types.js';

/** What the repeated fields of a request are called, from the outside in. */
const FIELDS = {
  traces: {
    request: new Fields(['resourceSpans']),
    ofResource: new Fields(['resource', 'scopeSpans']),
    ofScope: new Fields(['spans']),
  },
  logs: {
    request: new Fields(['resourceLogs']),
    ofResource: new Fields(['resource', 'scopeLogs']),
    ofScope: new Fields(['logRecords']),
  },
} as const;
const RESOURCE = new Fields(['attributes']);

export function decodeJson(signal: Signal, body: Uint8Array): Decoded {
  const batch = new JsonBatch(signal, Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  batch.readRequest();
  return batch.decoded();
}

class JsonBatch {
  readonly #signal: Signal;
  readonly #cursor: JsonCursor;
  readonly #sink = new AttributeSink();
  readonly #gathered = new Gathered();

  constructor(signal: Signal, body: Buffer) {
    this.#signal = signal;
    this.#cursor = new JsonCursor(body);
  }

  /** `{}` is an empty request; an object with other fields and without ours is something else. */
  readRequest(): void {
    const cursor = this.#cursor;
    const { request } = FIELDS[this.#signal];
    if (!cursor.open(OBJECT)) throw this.#refuse('it is not an object');
    let ours = 0;
    let others = 0;
    for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
      if (request.at(cursor) === null) {
        others += 1;
        cursor.skip();
      } else {
        ours += 1;
        this.#readObjects(() => this.#readOfResource());
      }
    }
    if (cursor.peek() !== -1) throw cursor.fault();
    if (ours === 0 && others > 0) throw this.#invalid('none of its fields is known');
  }

  decoded(): Decoded {
    return this.#gathered.decoded();
  }

  /** The resource is nearly always first; where it is not, its scopes are read once it is known. */
  #readOfResource(): void {
    const cursor = this.#cursor;
    const { ofResource } = FIELDS[this.#signal];
    let resource: Slots | null = null;
    const passed: number[] = [];
    for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
      const field = ofResource.at(cursor);
      if (field === 'resource') resource = this.#readResource();
      else if (field !== null && resource !== null) this.#readScopes(resource);
      else {
        if (field !== null) passed.push(cursor.position);
        cursor.skip();
      }
    }
    this.#readPassed(passed, resource ?? this.#noResource());
  }

  #readPassed(positions: readonly number[], resource: Slots): void {
    const { position } = this.#cursor;
    for (const passed of positions) {
      this.#cursor.position = passed;
      this.#readScopes(resource);
    }
    this.#cursor.position = position;
  }

  #readScopes(resource: Slots): void {
    this.#readObjects(() => this.#readOfScope(resource));
  }

  #noResource(): Slots {
    this.#sink.start();
    return this.#sink.slots;
  }

  #readResource(): Slots {
    const cursor = this.#cursor;
    this.#sink.start();
    if (cursor.null()) return this.#sink.slots;
    if (!cursor.open(OBJECT)) throw this.#refuse('a resource is no object');
    for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
      if (RESOURCE.at(cursor) === null) cursor.skip();
      else if (!readAttributes(cursor, this.#sink)) throw this.#invalid('a resource is malformed');
    }
    return this.#sink.slots;
  }

  #readOfScope(resource: Slots): void {
    const cursor = this.#cursor;
    const { ofScope } = FIELDS[this.#signal];
    for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
      if (ofScope.at(cursor) === null) cursor.skip();
      else this.#readItems(resource);
    }
  }

  #readItems(resource: Slots): void {
    const cursor = this.#cursor;
    if (cursor.null()) return;
    if (!cursor.open(ARRAY)) throw this.#refuse('something else stands where a list has to be');
    for (let isFirst = true; cursor.nextItem(isFirst); isFirst = false) {
      if (cursor.peek() !== OBJECT) {
        this.#gathered.refuse(REASON.notAnObject);
        cursor.skip();
      } else if (this.#signal === 'traces') this.#gathered.span(readSpan(cursor, resource));
      else this.#gathered.log(readLog(cursor, resource));
    }
  }

  /** A list of objects, whose inside `read` passes; null is as good as left out. */
  #readObjects(read: () => void): void {
    const cursor = this.#cursor;
    if (cursor.null()) return;
    if (!cursor.open(ARRAY)) throw this.#refuse('something else stands where a list has to be');
    for (let isFirst = true; cursor.nextItem(isFirst); isFirst = false) {
      if (cursor.open(OBJECT)) read();
      else if (!cursor.null()) throw this.#refuse('something else stands where an object has to be');
    }
  }

  /** What comes next is JSON, but not what has to stand there; or no JSON at all. */
  #refuse(because: string): InvalidOtlp {
    this.#cursor.skip();
    return this.#invalid(because);
  }

  #invalid(because: string): InvalidOtlp {
    return new InvalidOtlp(`The body is no OTLP ${this.#signal} in JSON: ${because}.`);
  }
}
