import type { Signal } from '../types.js';
import { decodeJson } from './decode-json.js';
import { decodeProtobuf } from './decode-protobuf.js';
import type { Decoded } from './types.js';

/** One OTLP/HTTP request, already inflated. */
export interface OtlpBody {
  readonly signal: Signal;
  readonly format: 'json' | 'protobuf';
  readonly body: Uint8Array;
}

/**
 * Decodes a request. What is no OTLP at all throws InvalidOtlp; single spans or log records that are invalid (ids, times,
 * types) are refused and counted, and the rest is kept.
 */
export function decodeOtlp({ signal, format, body }: OtlpBody): Decoded {
  return format === 'json' ? decodeJson(signal, body) : decodeProtobuf(signal, body);
}
