/**
 * OTLP's protobuf form: field numbers of opentelemetry-proto's trace.proto and logs.proto (1.x), which may gain fields but
 * never change these. Written over protobufjs' reader instead of generated: generated code builds an object for every
 * attribute of every span, and most attributes are not ours to read. A body that is no protobuf throws InvalidOtlp.
 */
import protobuf from 'protobufjs/minimal.js';
import type { Reader } from 'protobufjs';
import type { Signal } from '../types.js';
import { AttributeSink } from './attribute-sink.js';
import { Gathered } from './gathered.js';
import { InvalidOtlp } from './invalid-otlp.js';
import { readLog } from './protobuf-log.js';
import { readSpan } from './protobuf-span.js';
import { bytes, enter, readAttribute } from './protobuf-values.js';
import type { Decoded, Slots } from './types.js';

const REQUEST = { resource: bytes(1) } as const;
/** Of ResourceSpans and ResourceLogs alike. */
const OF_RESOURCE = { resource: bytes(1), scope: bytes(2) } as const;
const OF_SCOPE = { item: bytes(2) } as const;
const RESOURCE = { attribute: bytes(1) } as const;

export function decodeProtobuf(signal: Signal, body: Uint8Array): Decoded {
  const reader = protobuf.Reader.create(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  const batch = new ProtobufBatch(reader, signal);
  try {
    batch.readRequest();
  } catch (cause) {
    throw cause instanceof InvalidOtlp ? cause : notProtobuf(cause);
  }
  return batch.decoded();
}

function notProtobuf(cause: unknown): InvalidOtlp {
  return new InvalidOtlp('The body is not an OTLP request in protobuf: it breaks off or is malformed.', {
    cause,
  });
}

class ProtobufBatch {
  readonly #reader: Reader;
  readonly #signal: Signal;
  readonly #sink = new AttributeSink();
  readonly #gathered = new Gathered();

  constructor(reader: Reader, signal: Signal) {
    this.#reader = reader;
    this.#signal = signal;
  }

  /** The request has this one field: a body with others and without it is something else. */
  readRequest(): void {
    const reader = this.#reader;
    let resources = 0;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === REQUEST.resource) {
        resources += 1;
        this.#readOfResource();
      } else reader.skipType(tag & 7);
    }
    if (resources === 0 && reader.len > 0)
      throw new InvalidOtlp(`The body holds no OTLP ${this.#signal}: it is some other message.`);
  }

  decoded(): Decoded {
    return this.#gathered.decoded();
  }

  /** The resource may stand after its scopes, so it is looked for first. */
  #readOfResource(): void {
    const reader = this.#reader;
    const outer = enter(reader);
    const start = reader.pos;
    const resource = this.#findResource();
    reader.pos = start;
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === OF_RESOURCE.scope) this.#readOfScope(resource);
      else reader.skipType(tag & 7);
    }
    reader.len = outer;
  }

  #findResource(): Slots {
    const reader = this.#reader;
    this.#sink.start();
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === OF_RESOURCE.resource) this.#readResource();
      else reader.skipType(tag & 7);
    }
    return this.#sink.slots;
  }

  #readResource(): void {
    const reader = this.#reader;
    const outer = enter(reader);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === RESOURCE.attribute) readAttribute(reader, this.#sink);
      else reader.skipType(tag & 7);
    }
    reader.len = outer;
  }

  #readOfScope(resource: Slots): void {
    const reader = this.#reader;
    const outer = enter(reader);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === OF_SCOPE.item) this.#readItem(resource);
      else reader.skipType(tag & 7);
    }
    reader.len = outer;
  }

  #readItem(resource: Slots): void {
    if (this.#signal === 'traces') this.#gathered.span(readSpan(this.#reader, resource));
    else this.#gathered.log(readLog(this.#reader, resource));
  }
}
