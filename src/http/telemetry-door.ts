/** What `/v1/traces`, `/v1/logs` and `/v1/actions` have in common: bodies are passed on unread, and answers come from the thread. */
import type { FastifyRequest } from 'fastify';
import type { TakenTelemetry } from '../telemetry/types.js';
import { HttpProblem, pointerOf } from './problem.js';
import { createByteBudget, type BytesLimit } from './read-bytes.js';

/** Bytes of one body, and of all bodies that are held at once. */
export interface DoorLimits {
  readonly bytes: number;
  readonly heldBytes: number;
  readonly retryAfterSeconds: number;
}

export function bytesLimit({ bytes, heldBytes, retryAfterSeconds }: DoorLimits): BytesLimit {
  return { bytes, budget: createByteBudget(heldBytes), retryAfterSeconds };
}

/** What exporters compress with: gzip, and zlib under the name that HTTP gives it or the Collector. */
const COMPRESSED: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'zlib']);
/** Has it to be decompressed? 415 for encodings that we do not take, and for several; `identity` says nothing. */
export function isCompressed({ headers }: FastifyRequest): boolean {
  const named = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const encodings = named.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  const [encoding, ...others] = encodings;
  if (encoding === undefined) return false;
  if (COMPRESSED.has(encoding) && others.length === 0) return true;
  throw new HttpProblem(415, 'Compress with gzip or deflate, once, or not at all.');
}

/** What was stored; a problem for everything else. */
export function storedOrThrow(taken: TakenTelemetry): Extract<TakenTelemetry, { kind: 'stored' }> {
  switch (taken.kind) {
    case 'stored':
      return taken;
    case 'invalid': {
      const errors = (taken.faults ?? []).map(({ path, message }) => ({
        pointer: pointerOf(path),
        detail: message,
      }));
      throw new HttpProblem(400, taken.message, {}, { errors });
    }
    case 'forbidden':
      throw new HttpProblem(403, taken.message);
    case 'tooLarge':
      throw new HttpProblem(413, taken.message);
    case 'busy':
      throw telemetryBusy(taken.retryAfterSeconds);
  }
}

/** Nothing of it was taken: exporters and guards keep it, and come back. */
export function telemetryBusy(retryAfterSeconds: number): HttpProblem {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return new HttpProblem(503, 'Telemetry cannot be taken right now. Send it again later.', headers);
}
