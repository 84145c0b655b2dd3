/** Ids of traces and spans in OTLP's protobuf form. */
import type { Reader } from 'protobufjs';
import { startsWith } from './name-table.js';
import { bufferOf, enterBytes } from './protobuf-values.js';

/** Lower-case hex; '' where it is empty or all zero; undefined where it has another length. */
export function readId(reader: Reader, length: number): string | undefined {
  const start = enterBytes(reader);
  const size = reader.pos - start;
  if (size !== length) return size === 0 ? '' : undefined;
  for (let at = start; at < reader.pos; at += 1) {
    if (reader.buf[at] !== 0) return bufferOf(reader).toString('hex', start, reader.pos);
  }
  return '';
}

/** Ids that come again and again, such as a trace's: the last one is known by its bytes. */
export class RepeatedId {
  readonly #length: number;
  readonly #bytes: Uint8Array;
  #id = '';

  constructor(length: number) {
    this.#length = length;
    this.#bytes = new Uint8Array(length);
  }

  read(reader: Reader): string | undefined {
    const { pos } = reader;
    const start = enterBytes(reader);
    if (this.#id !== '' && this.#isLast(reader, start)) return this.#id;
    reader.pos = pos;
    const id = readId(reader, this.#length);
    if (id === undefined || id === '') return id;
    this.#bytes.set(reader.buf.subarray(start, reader.pos));
    this.#id = id;
    return id;
  }

  #isLast({ buf, pos }: Reader, start: number): boolean {
    return pos - start === this.#length && startsWith(buf, start, this.#bytes);
  }
}
