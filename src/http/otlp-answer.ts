/** Answers of OTLP/HTTP, in the format that was asked in: three small messages, encoded here. */
import type { Signal } from '../telemetry/types.js';

export type OtlpFormat = 'json' | 'protobuf';

export const OTLP_TYPES: Readonly<Record<OtlpFormat, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

export interface Partial {
  readonly rejected: number;
  readonly message: string | null;
}

/** `Export…ServiceResponse`: empty where everything was taken. */
export function exportAnswer(format: OtlpFormat, signal: Signal, { rejected, message }: Partial): Uint8Array {
  const isWhole = rejected === 0 && message === null;
  if (format === 'protobuf') {
    const partial = [...intField(1, rejected), ...textField(2, message ?? '')];
    return Uint8Array.from(isWhole ? [] : bytesField(1, partial));
  }
  const counted = signal === 'traces' ? 'rejectedSpans' : 'rejectedLogRecords';
  const partialSuccess = { [counted]: String(rejected), errorMessage: message ?? '' };
  return jsonBytes(isWhole ? {} : { partialSuccess });
}

/** gRPC's code for an HTTP status: what `Status.code` holds. */
const CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 12,
  413: 3,
  415: 3,
  429: 8,
  503: 14,
};
const INTERNAL = 13;

/** `Status`: what went wrong and what to do next. */
export function statusAnswer(format: OtlpFormat, status: number, message: string): Uint8Array {
  const code = CODES[status] ?? INTERNAL;
  if (format === 'json') return jsonBytes({ code, message });
  return Uint8Array.from([...intField(1, code), ...textField(2, message)]);
}

function jsonBytes(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Nothing for zero: that is how the format writes it. */
function intField(number: number, value: number): number[] {
  return value === 0 ? [] : [(number << 3) | VARINT, ...varint(value)];
}

function textField(number: number, text: string): number[] {
  return text === '' ? [] : bytesField(number, [...new TextEncoder().encode(text)]);
}

function bytesField(number: number, bytes: readonly number[]): number[] {
  return [(number << 3) | LENGTH_DELIMITED, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}
