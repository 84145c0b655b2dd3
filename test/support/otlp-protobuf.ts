/** The protobuf form of a request that is given in JSON, written field by field with protobufjs' writer. */
import protobuf from 'protobufjs/minimal.js';
import type { Writer } from 'protobufjs';

type Fields = Readonly<Record<string, unknown>>;

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

export function toProtobuf(request: object): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const key of ['resourceSpans', 'resourceLogs']) {
    for (const each of listIn(request, key)) message(writer, 1, (inner) => ofResource(inner, each));
  }
  return writer.finish();
}

function ofResource(writer: Writer, fields: Fields): void {
  const resource = fields['resource'];
  if (isFields(resource)) message(writer, 1, (inner) => attributes(inner, 1, resource));
  for (const each of [...listIn(fields, 'scopeSpans'), ...listIn(fields, 'scopeLogs')]) {
    message(writer, 2, (scope) => {
      for (const span of listIn(each, 'spans')) message(scope, 2, (inner) => spanFields(inner, span));
      for (const log of listIn(each, 'logRecords')) message(scope, 2, (inner) => logFields(inner, log));
    });
  }
}

function spanFields(writer: Writer, span: Fields): void {
  hex(writer, 1, span['traceId']);
  hex(writer, 2, span['spanId']);
  hex(writer, 4, span['parentSpanId']);
  text(writer, 5, span['name']);
  if (typeof span['kind'] === 'number') writer.uint32(tag(6, VARINT)).int32(span['kind']);
  time(writer, 7, span['startTimeUnixNano']);
  time(writer, 8, span['endTimeUnixNano']);
  attributes(writer, 9, span);
  for (const event of listIn(span, 'events')) {
    message(writer, 11, (inner) => {
      time(inner, 1, event['timeUnixNano']);
      text(inner, 2, event['name']);
      attributes(inner, 3, event);
    });
  }
  const status = span['status'];
  if (isFields(status)) {
    message(writer, 15, (inner) => {
      if (typeof status['code'] === 'number') inner.uint32(tag(3, VARINT)).int32(status['code']);
    });
  }
}

function logFields(writer: Writer, log: Fields): void {
  time(writer, 1, log['timeUnixNano']);
  const body = log['body'];
  if (isFields(body)) message(writer, 5, (inner) => anyValue(inner, body));
  attributes(writer, 6, log);
  hex(writer, 9, log['traceId']);
  hex(writer, 10, log['spanId']);
  time(writer, 11, log['observedTimeUnixNano']);
  text(writer, 12, log['eventName']);
}

function attributes(writer: Writer, field: number, fields: Fields, key = 'attributes'): void {
  for (const attribute of listIn(fields, key)) {
    message(writer, field, (inner) => {
      text(inner, 1, attribute['key']);
      const value = attribute['value'];
      if (isFields(value)) message(inner, 2, (within) => anyValue(within, value));
    });
  }
}

function anyValue(writer: Writer, value: Fields): void {
  text(writer, 1, value['stringValue']);
  if (typeof value['boolValue'] === 'boolean') writer.uint32(tag(2, VARINT)).bool(value['boolValue']);
  if (typeof value['intValue'] === 'string') writer.uint32(tag(3, VARINT)).int64(value['intValue']);
  if (typeof value['doubleValue'] === 'number') writer.uint32(tag(4, FIXED64)).double(value['doubleValue']);
  const { arrayValue, kvlistValue } = value as { arrayValue?: Fields; kvlistValue?: Fields };
  if (arrayValue !== undefined)
    message(writer, 5, (inner) => {
      for (const each of listIn(arrayValue, 'values')) message(inner, 1, (within) => anyValue(within, each));
    });
  if (kvlistValue !== undefined) message(writer, 6, (inner) => attributes(inner, 1, kvlistValue, 'values'));
  if (typeof value['bytesValue'] === 'string')
    writer.uint32(tag(7, BYTES)).bytes(Buffer.from(value['bytesValue'], 'base64'));
}

function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  writer.uint32(tag(field, BYTES)).fork();
  write(writer);
  writer.ldelim();
}

function text(writer: Writer, field: number, value: unknown): void {
  if (typeof value === 'string') writer.uint32(tag(field, BYTES)).string(value);
}

function hex(writer: Writer, field: number, value: unknown): void {
  if (typeof value === 'string') writer.uint32(tag(field, BYTES)).bytes(Buffer.from(value, 'hex'));
}

function time(writer: Writer, field: number, value: unknown): void {
  if (typeof value === 'string') writer.uint32(tag(field, FIXED64)).fixed64(value);
}

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function listIn(fields: object, key: string): readonly Fields[] {
  const list = Object.entries(fields).find(([name]) => name === key)?.[1];
  return Array.isArray(list) ? list : [];
}
