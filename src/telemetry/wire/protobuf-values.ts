/** Values of OTLP's protobuf form (opentelemetry/proto/common/v1/common.proto), read straight from the bytes. */
import type { Reader } from 'protobufjs';
import type { AttributeSink } from './attribute-sink.js';
import { isFlatName, nameIn, textFor, type NameEntry } from './known-names.js';
import type { Value } from './types.js';

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** The tag before a field: its number and its wire type. */
function tagOf(field: number, wireType: number): number {
  return (field << 3) | wireType;
}
export const varint = (field: number): number => tagOf(field, VARINT);
export const fixed64 = (field: number): number => tagOf(field, FIXED64);
export const bytes = (field: number): number => tagOf(field, BYTES);

const KEY_VALUE = { key: bytes(1), value: bytes(2) } as const;
const ANY_VALUE = {
  string: bytes(1),
  bool: varint(2),
  int: varint(3),
  double: fixed64(4),
  array: bytes(5),
  list: bytes(6),
  bytes: bytes(7),
} as const;
const VALUES = bytes(1);

/** Values nested deeper say nothing: nobody means them, and each level costs stack. */
export const MAX_DEPTH = 32;

/** Narrows the reader to the message that starts here; put what comes back into `reader.len` at its end. */
export function enter(reader: Reader): number {
  const outer = reader.len;
  const end = reader.uint32() + reader.pos;
  if (end > outer) throw new RangeError('a message ends after the one around it');
  reader.len = end;
  return outer;
}

/** One KeyValue into the sink; the value of a name that we do not read is skipped unseen. */
export function readAttribute(reader: Reader, sink: AttributeSink): void {
  const outer = enter(reader);
  let entry: NameEntry | null = null;
  let flat: string | null = null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === KEY_VALUE.key) {
      const start = enterBytes(reader);
      entry = nameIn(reader.buf, start, reader.pos);
      flat = entry === null && isFlatName(reader.buf, start, reader.pos) ? textBetween(reader, start) : null;
    } else if (tag === KEY_VALUE.value && entry !== null) {
      sink.put(entry, readAnyValue(reader, entry, 0));
    } else if (tag === KEY_VALUE.value && flat !== null) {
      sink.putFlat(flat, readAnyValue(reader, null, 0));
    } else reader.skipType(tag & 7);
  }
  reader.len = outer;
}

/** An AnyValue; null where it is empty. The last of its fields counts, as in any oneof. */
export function readAnyValue(reader: Reader, entry: NameEntry | null, depth: number): Value {
  const outer = enter(reader);
  let value: Value = null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === ANY_VALUE.string) value = readText(reader, entry);
    else if (tag === ANY_VALUE.int) value = readInteger(reader);
    else if (tag === ANY_VALUE.double) value = reader.double();
    else if (tag === ANY_VALUE.bool) value = reader.bool();
    else if (tag === ANY_VALUE.bytes) value = readBase64(reader);
    else if (tag === ANY_VALUE.array && depth < MAX_DEPTH) value = readArray(reader, depth + 1);
    else if (tag === ANY_VALUE.list && depth < MAX_DEPTH) value = readList(reader, depth + 1);
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return value;
}

function readArray(reader: Reader, depth: number): Value {
  const outer = enter(reader);
  const values: Value[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === VALUES) values.push(readAnyValue(reader, null, depth));
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return values;
}

function readList(reader: Reader, depth: number): Value {
  const outer = enter(reader);
  const entries: [string, Value][] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === VALUES) entries.push(readListEntry(reader, depth));
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return Object.fromEntries(entries);
}

function readListEntry(reader: Reader, depth: number): [string, Value] {
  const outer = enter(reader);
  let key = '';
  let value: Value = null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === KEY_VALUE.key) key = reader.string();
    else if (tag === KEY_VALUE.value) value = readAnyValue(reader, null, depth);
    else reader.skipType(tag & 7);
  }
  reader.len = outer;
  return [key, value];
}

/** Passes over a length-delimited field and says where it started. */
export function enterBytes(reader: Reader): number {
  const size = reader.uint32();
  const start = reader.pos;
  if (start + size > reader.len) throw new RangeError('a field ends after its message');
  reader.pos = start + size;
  return start;
}

/** Text from `start` to where the reader stands. What is not UTF-8 becomes U+FFFD: a cut character costs no span. */
export function textBetween(reader: Reader, start: number): string {
  return bufferOf(reader).toString('utf8', start, reader.pos);
}

/** The reader's bytes; it was made of a Buffer (decode-protobuf.ts). */
export function bufferOf(reader: Reader): Buffer {
  return Buffer.isBuffer(reader.buf) ? reader.buf : Buffer.from(reader.buf);
}

function readText(reader: Reader, entry: NameEntry | null): string {
  const start = enterBytes(reader);
  return textFor(entry, { buffer: bufferOf(reader), start, end: reader.pos });
}

/** Most integers are short; the long ones come as text where a double cannot hold them. */
function readInteger(reader: Reader): Value {
  const { buf, pos } = reader;
  if (
    (buf[pos] ?? 0) < 128 ||
    (buf[pos + 1] ?? 0) < 128 ||
    (buf[pos + 2] ?? 0) < 128 ||
    (buf[pos + 3] ?? 0) < 128
  )
    return reader.uint32();
  return readLongInteger(reader);
}

const LONGEST_VARINT = 10;

/** Seven bits a byte, the lowest first. */
function readLongInteger(reader: Reader): Value {
  let bits = 0n;
  for (let index = 0; index < LONGEST_VARINT; index += 1) {
    if (reader.pos >= reader.len) throw new RangeError('an integer ends after its message');
    const byte = reader.buf[reader.pos] ?? 0;
    reader.pos += 1;
    bits |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return integerOf(BigInt.asIntN(64, bits));
  }
  throw new RangeError('an integer has more than ten bytes');
}

function integerOf(long: bigint): Value {
  const number = Number(long);
  return Number.isSafeInteger(number) ? number : long.toString();
}

function readBase64(reader: Reader): string {
  const start = enterBytes(reader);
  return bufferOf(reader).toString('base64', start, reader.pos);
}
