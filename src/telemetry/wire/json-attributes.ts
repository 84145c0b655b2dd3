/** Attributes of OTLP's JSON form: a list of {key, value}. */
import type { AttributeSink } from './attribute-sink.js';
import { OBJECT, type JsonCursor } from './json-cursor.js';
import { Fields, otherwise, readAnyValue, readList } from './json-values.js';
import { isFlatName, nameIn, textFor, type NameEntry } from './known-names.js';
import { bytesOf } from './name-table.js';

const KEY_VALUE = new Fields(['key', 'value']);

/** A list of KeyValue into the sink. False where one is malformed, whether we read it or not. */
export function readAttributes(cursor: JsonCursor, sink: AttributeSink): boolean {
  return readList(cursor, () => cursor.null() || readAttribute(cursor, sink));
}

function readAttribute(cursor: JsonCursor, sink: AttributeSink): boolean {
  const { position } = cursor;
  if (readCompact(cursor, sink)) return true;
  cursor.position = position;
  if (!cursor.open(OBJECT)) return otherwise(cursor, true) ?? false;
  const key = new AttributeKey();
  let isWhole = true;
  let valueAt = -1;
  for (let isFirst = true; cursor.nextKey(isFirst); isFirst = false) {
    const field = KEY_VALUE.at(cursor);
    if (field === 'key') isWhole = key.read(cursor) && isWhole;
    else if (field === 'value' && key.isRead) isWhole = readInto(cursor, key, sink) && isWhole;
    else {
      if (field === 'value') valueAt = cursor.position;
      cursor.skip();
    }
  }
  return valueAt === -1 ? isWhole : readAgain(cursor, { valueAt, key, sink }) && isWhole;
}

const KEY_HEAD = bytesOf('{"key":');
const VALUE_HEAD = bytesOf(',"value":');
const STRING_HEAD = bytesOf('{"stringValue":');
const END = bytesOf('}');

/** As exporters write nearly all: key and value in this order, without white space. False: it has to be read the long way. */
function readCompact(cursor: JsonCursor, sink: AttributeSink): boolean {
  if (!cursor.literal(KEY_HEAD) || !cursor.string() || cursor.isEscaped) return false;
  const { buffer, start, end } = cursor;
  const entry = nameIn(buffer, start, end);
  if (entry === null && isFlatName(buffer, start, end)) return false;
  if (!cursor.literal(VALUE_HEAD)) return false;
  if (entry === null) {
    if (cursor.peek() !== OBJECT) return false;
    cursor.skip();
    return cursor.literal(END);
  }
  const value = readCompactString(cursor, entry) ?? readAnyValue(cursor, entry, 0);
  if (value === undefined || !cursor.literal(END)) return false;
  sink.put(entry, value);
  return true;
}

function readCompactString(cursor: JsonCursor, entry: NameEntry): string | undefined {
  const { position } = cursor;
  const isCompact =
    cursor.literal(STRING_HEAD) && cursor.string() && !cursor.isEscaped && cursor.literal(END);
  if (isCompact) return textFor(entry, cursor);
  cursor.position = position;
  return undefined;
}

/** The name of one attribute: one that we read, a part of a flattened message, or neither. */
class AttributeKey {
  isRead = false;
  entry: NameEntry | null = null;
  flat: string | null = null;

  read(cursor: JsonCursor): boolean {
    this.isRead = true;
    if (!cursor.string()) return otherwise(cursor, true) ?? false;
    const { buffer, start, end } = cursor;
    const bytes = cursor.isEscaped ? bytesOf(cursor.text()) : buffer;
    const from = cursor.isEscaped ? 0 : start;
    const to = cursor.isEscaped ? bytes.length : end;
    this.entry = nameIn(bytes, from, to);
    this.flat = this.entry === null && isFlatName(bytes, from, to) ? cursor.text() : null;
    return true;
  }
}

interface Passed {
  readonly valueAt: number;
  readonly key: AttributeKey;
  readonly sink: AttributeSink;
}

/** The value stood before its key, so it was passed without knowing what for. */
function readAgain(cursor: JsonCursor, { valueAt, key, sink }: Passed): boolean {
  const { position } = cursor;
  cursor.position = valueAt;
  const isWhole = readInto(cursor, key, sink);
  cursor.position = position;
  return isWhole;
}

function readInto(cursor: JsonCursor, { entry, flat }: AttributeKey, sink: AttributeSink): boolean {
  if (entry === null && flat === null) {
    const couldBe = cursor.peek() === OBJECT;
    if (couldBe) cursor.skip();
    return couldBe || (otherwise(cursor, true) ?? false);
  }
  const value = readAnyValue(cursor, entry, 0);
  if (value === undefined) return false;
  if (entry !== null) sink.put(entry, value);
  else if (flat !== null) sink.putFlat(flat, value);
  return true;
}
