/** Attributes of OTLP's JSON form: a list of {key, value}. */
import { AttributeMemory, noteTail, passTail, type SeenAttribute } from './attribute-memory.js';
import type { AttributeSink } from './attribute-sink.js';
import { OBJECT, type JsonCursor } from './json-cursor.js';
import { Fields, otherwise, readAnyValue, readList } from './json-values.js';
import { isFlatName, nameIn, textFor, type NameEntry } from './known-names.js';
import { bytesOf } from './name-table.js';
import type { Value } from './types.js';

const KEY_VALUE = new Fields(['key', 'value']);

const memory = new AttributeMemory();

/** A list of KeyValue into the sink. False where one is malformed, whether we read it or not. */
export function readAttributes(cursor: JsonCursor, sink: AttributeSink): boolean {
  memory.start();
  return readList(cursor, () => readAttribute(cursor, sink));
}

function readAttribute(cursor: JsonCursor, sink: AttributeSink): boolean {
  const { position } = cursor;
  const seen = memory.pass(cursor) ?? readHead(cursor);
  if (seen !== null && readTail(cursor, seen, sink)) return true;
  cursor.position = position;
  if (cursor.null()) return true;
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

/** As exporters write nearly all: key and value in this order, without white space. null: it has to be read the long way. */
function readHead(cursor: JsonCursor): SeenAttribute | null {
  const from = cursor.position;
  if (!cursor.literal(KEY_HEAD) || !cursor.string() || cursor.isEscaped) return null;
  const { buffer, start, end } = cursor;
  const entry = nameIn(buffer, start, end);
  if (entry === null && isFlatName(buffer, start, end)) return null;
  return cursor.literal(VALUE_HEAD) ? memory.note(cursor, from, entry) : null;
}

/** Most values are what they were the last time. */
function readTail(cursor: JsonCursor, seen: SeenAttribute, sink: AttributeSink): boolean {
  const { entry } = seen;
  if (passTail(cursor, seen)) {
    if (entry !== null) sink.put(entry, seen.value);
    return true;
  }
  const from = cursor.position;
  const value = entry === null ? passObject(cursor) : readValue(cursor, entry);
  if (value === undefined || !cursor.literal(END)) return false;
  noteTail(seen, { value, from }, cursor);
  if (entry !== null) sink.put(entry, value);
  return true;
}

function passObject(cursor: JsonCursor): null | undefined {
  if (cursor.peek() !== OBJECT) return undefined;
  cursor.skip();
  return null;
}

function readValue(cursor: JsonCursor, entry: NameEntry): Value | undefined {
  return readCompactString(cursor, entry) ?? readAnyValue(cursor, entry, 0);
}

function readCompactString(cursor: JsonCursor, entry: NameEntry): string | undefined {
  const { position } = cursor;
  if (cursor.literal(STRING_HEAD) && cursor.string()) {
    if (cursor.literal(END)) return cursor.isEscaped ? cursor.text() : textFor(entry, cursor);
  }
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
