/**
 * Values of OTLP's JSON form, which differs from proto3's: ids are hex in any case, enums are integers (their names are
 * taken too: an act must not be lost over them), 64-bit integers are decimal text or numbers, unknown fields are ignored. A field that is null is as good as left out.
 * Each function passes one value, and gives undefined (or false) where it is of the wrong type.
 */
import { ARRAY, isHex, OBJECT, type JsonCursor } from './json-cursor.js';
import { textFor, type NameEntry } from './known-names.js';
import { bytesOf, NameTable, type Named } from './name-table.js';
import { MAX_DEPTH } from './protobuf-values.js';
import type { Value } from './types.js';
import { roundedMilliseconds } from './unix-time.js';

/** The fields of a message; what is not among them is ignored. */
export class Fields<Name extends string> {
  readonly #table: NameTable<{ readonly bytes: Uint8Array; readonly name: Name }>;

  constructor(names: readonly Name[]) {
    this.#table = new NameTable(names.map((name) => ({ bytes: bytesOf(name), name })));
  }

  /** Which field is the key that was passed last? */
  at(cursor: JsonCursor): Name | null {
    return entryAtKey(this.#table, cursor)?.name ?? null;
  }
}

/** What stands in the table under the key that was passed last? */
export function entryAtKey<Entry extends Named>(table: NameTable<Entry>, cursor: JsonCursor): Entry | null {
  if (!cursor.isEscaped) return table.find(cursor.buffer, cursor.start, cursor.end);
  const bytes = bytesOf(cursor.text());
  return table.find(bytes, 0, bytes.length);
}

/** A text field: '' where it is left out. */
export function readText(cursor: JsonCursor): string | undefined {
  if (cursor.string()) return cursor.text();
  return otherwise(cursor, '');
}

/** An enum, as its number or its name: 0 where it is left out. */
export function readEnum(cursor: JsonCursor, names: ReadonlyMap<string, number>): number | undefined {
  if (cursor.string()) return names.get(cursor.text());
  if (!cursor.number()) return otherwise(cursor, 0);
  const number = numberOf(cursor);
  return Number.isInteger(number) ? number : undefined;
}

/** The value for null; for anything else, which is passed, there is none. */
export function otherwise<T>(cursor: JsonCursor, ifNull: T): T | undefined {
  if (cursor.null()) return ifNull;
  cursor.skip();
  return undefined;
}

const ZERO = 0x30;
/** As many digits fit into a double, whatever they are. */
const EXACT_DIGITS = 15;

/** Of the number that was passed last. */
function numberOf(cursor: JsonCursor): number {
  const { buffer, start, end } = cursor;
  return digitsBetween(cursor, end) ?? Number(buffer.toString('latin1', start, end));
}

/** The digits from where the cursor's token starts; undefined where there are others, or too many. */
function digitsBetween({ buffer, start }: JsonCursor, end: number): number | undefined {
  if (end - start > EXACT_DIGITS || end <= start) return undefined;
  let number = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (buffer[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** What a byte is in an id: a zero, another digit, a capital, or nothing that belongs there. */
const DIGIT = 1;
const CAPITAL = 2;
const STRANGE = 4;
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (!isHex(byte)) return STRANGE;
  if (byte === ZERO) return 0;
  return byte >= 0x41 && byte <= 0x46 ? DIGIT | CAPITAL : DIGIT;
});

/** Lower-case hex of that many bytes; '' where it is left out, empty or all zero. */
export function readId(cursor: JsonCursor, bytes: number): string | undefined {
  if (!cursor.string()) return otherwise(cursor, '');
  const { buffer, start, end } = cursor;
  if (cursor.isEscaped) return undefined;
  if (end - start !== bytes * 2) return end === start ? '' : undefined;
  let seen = 0;
  for (let at = start; at < end; at += 1) seen |= HEX[buffer[at] ?? 0] ?? STRANGE;
  if (seen >= STRANGE) return undefined;
  if (seen === 0) return '';
  const id = buffer.toString('latin1', start, end);
  return seen >= CAPITAL ? id.toLowerCase() : id;
}

/** Ids that come again and again, such as a trace's: the last one is known by its bytes. */
export class RepeatedId {
  readonly #bytes: number;
  #written: Uint8Array = bytesOf('null');
  #id = '';

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  read(cursor: JsonCursor): string | undefined {
    if (cursor.literal(this.#written)) return this.#id;
    const from = cursor.position;
    const id = readId(cursor, this.#bytes);
    if (id === undefined || id === '') return id;
    this.#written = Uint8Array.prototype.slice.call(cursor.buffer, from, cursor.position);
    this.#id = id;
    return id;
  }
}

const LONGEST_TIME = 20;
const NANOSECOND_DIGITS = 6;

/** Milliseconds since the epoch; 0 where it is left out or empty. Of a number too, the digits are read: they are exact. */
export function readTime(cursor: JsonCursor): number | undefined {
  const isNumber = cursor.number();
  if (!isNumber && !cursor.string()) return otherwise(cursor, 0);
  const { buffer, start, end } = cursor;
  for (let at = start; at < end; at += 1) {
    const digit = (buffer[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return isNumber ? roundedMilliseconds(numberOf(cursor)) : undefined;
  }
  if (end - start > LONGEST_TIME) return undefined;
  return digitsBetween(cursor, end - NANOSECOND_DIGITS) ?? 0;
}

/** A list: `read` passes each item and says whether it is well-formed. Null is an empty list. */
export function readList(cursor: JsonCursor, read: () => boolean): boolean {
  if (!cursor.open(ARRAY)) return otherwise(cursor, true) ?? false;
  let isWhole = true;
  for (let isFirst = true; cursor.nextItem(isFirst); isFirst = false) isWhole = read() && isWhole;
  return isWhole;
}

const KEY_VALUE = new Fields(['key', 'value']);
const VALUES = new Fields(['values']);
const ANY_VALUE = new Fields([
  'stringValue',
  'intValue',
  'boolValue',
  'doubleValue',
  'arrayValue',
  'kvlistValue',
  'bytesValue',
]);

/** An AnyValue; null where it is empty. The last of its fields counts, as in protobuf. */
export function readAnyValue(cursor: JsonCursor, entry: NameEntry | null, depth: number): Value | undefined {
  if (!cursor.open(OBJECT)) return otherwise(cursor, null);
  let value: Value = null;
  let isWhole = true;
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
    const field = ANY_VALUE.at(cursor);
    if (field === null) cursor.skip();
    else if (!cursor.null()) {
      const read = field === 'stringValue' ? readString(cursor, entry) : readOther(cursor, field, depth);
      isWhole &&= read !== undefined;
      value = read ?? null;
    }
  }
  return isWhole ? value : undefined;
}

function readString(cursor: JsonCursor, entry: NameEntry | null): string | undefined {
  if (!cursor.string()) return otherwise(cursor, undefined);
  return cursor.isEscaped ? cursor.text() : textFor(entry, cursor);
}

type OtherField = 'intValue' | 'boolValue' | 'doubleValue' | 'arrayValue' | 'kvlistValue' | 'bytesValue';

function readOther(cursor: JsonCursor, field: OtherField, depth: number): Value | undefined {
  switch (field) {
    case 'intValue':
      return readInteger(cursor);
    case 'boolValue':
      return cursor.boolean() ?? otherwise(cursor, undefined);
    case 'doubleValue':
      return readDouble(cursor);
    case 'arrayValue':
      return depth < MAX_DEPTH ? readArray(cursor, depth + 1) : tooDeep(cursor);
    case 'kvlistValue':
      return depth < MAX_DEPTH ? readKeyValues(cursor, depth + 1) : tooDeep(cursor);
    case 'bytesValue':
      return readString(cursor, null);
  }
}

function tooDeep(cursor: JsonCursor): null {
  cursor.skip();
  return null;
}

const INTEGER = /^-?\d{1,20}$/;

function readInteger(cursor: JsonCursor): Value | undefined {
  const isNumber = cursor.number();
  if (!isNumber && !cursor.string()) return otherwise(cursor, undefined);
  const short = digitsBetween(cursor, cursor.end);
  if (short !== undefined) return short;
  const text = cursor.text();
  if (isNumber && !INTEGER.test(text)) return Number.isInteger(Number(text)) ? Number(text) : undefined;
  if (!INTEGER.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NOT_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

function readDouble(cursor: JsonCursor): Value | undefined {
  if (cursor.number()) return numberOf(cursor);
  if (!cursor.string()) return otherwise(cursor, undefined);
  const text = cursor.text();
  return DECIMAL.test(text) || NOT_FINITE.has(text) ? Number(text) : undefined;
}

/** The list in the `values` of an ArrayValue or a KeyValueList. */
function readValues(cursor: JsonCursor, read: () => boolean): boolean {
  if (!cursor.open(OBJECT)) return otherwise(cursor, false) ?? false;
  let isWhole = true;
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
    if (VALUES.at(cursor) === 'values') isWhole = readList(cursor, read) && isWhole;
    else cursor.skip();
  }
  return isWhole;
}

function readArray(cursor: JsonCursor, depth: number): Value | undefined {
  const values: Value[] = [];
  const isWhole = readValues(cursor, () => {
    const value = readAnyValue(cursor, null, depth);
    values.push(value ?? null);
    return value !== undefined;
  });
  return isWhole ? values : undefined;
}

function readKeyValues(cursor: JsonCursor, depth: number): Value | undefined {
  const entries: [string, Value][] = [];
  const isWhole = readValues(cursor, () => readKeyValue(cursor, depth, entries));
  return isWhole ? Object.fromEntries(entries) : undefined;
}

function readKeyValue(cursor: JsonCursor, depth: number, entries: [string, Value][]): boolean {
  if (!cursor.open(OBJECT)) return otherwise(cursor, false) ?? false;
  let key: string | undefined = '';
  let value: Value | undefined = null;
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
    const field = KEY_VALUE.at(cursor);
    if (field === 'key') key = readText(cursor);
    else if (field === 'value') value = readAnyValue(cursor, null, depth);
    else cursor.skip();
  }
  if (key === undefined || value === undefined) return false;
  entries.push([key, value]);
  return true;
}
