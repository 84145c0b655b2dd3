/** What makes two records one: senders repeat what they did not hear an answer to. */
import { createHash } from 'node:crypto';
import type { ActionRecord, RecordKind } from '../../core/action-record.js';

const KIND_CODE: Readonly<Record<RecordKind, number>> = { inference: 0, tool: 1, artifact: 2, other: 3 };
const SPAN_KEY_BYTES = 25;
const TRACE_HEX = 32;
const IDS_HEX = 48;

/**
 * A span is its trace and span id, a check its action id and kind. The agent belongs to the key of a check: nobody
 * can hide another agent's check behind one of their own.
 */
export function recordKey(record: ActionRecord): Buffer | string {
  const { origin, kind, agentId, actionId, traceId, spanId, atMs } = record;
  if (origin === 'span' && traceId !== null && spanId !== null) return spanKey(traceId, spanId, kind);
  if (origin === 'check' && actionId !== null) return `check|${kind}|${agentId}|${actionId}`;
  const rest = JSON.stringify([
    origin,
    kind,
    agentId,
    actionId,
    traceId,
    spanId,
    atMs,
    record.tool,
    record.outcome,
  ]);
  return createHash('sha256').update(rest).digest('base64url');
}

/** Trace and span id as they stand in a span's key; null for any other. */
export function spanOfKey(key: unknown): { readonly traceId: string; readonly spanId: string } | null {
  if (!Buffer.isBuffer(key) || key.length !== SPAN_KEY_BYTES) return null;
  const hex = key.toString('hex', 0, SPAN_KEY_BYTES - 1);
  return { traceId: hex.slice(0, TRACE_HEX), spanId: hex.slice(TRACE_HEX) };
}

/** The least and the greatest key that records of this span may have. */
export function spanKeys(traceId: string, spanId: string): [first: Buffer, last: Buffer] {
  return [keyWith(traceId + spanId, 0), keyWith(traceId + spanId, 0xff)];
}

/** The least and the greatest key that records of spans of this trace may have. */
export function traceKeys(traceId: string): [first: Buffer, last: Buffer] {
  return [keyWith(traceId.padEnd(IDS_HEX, '0'), 0), keyWith(traceId.padEnd(IDS_HEX, 'f'), 0xff)];
}

function spanKey(traceId: string, spanId: string, kind: RecordKind): Buffer {
  return keyWith(traceId + spanId, KIND_CODE[kind]);
}

function keyWith(ids: string, code: number): Buffer {
  const key = Buffer.allocUnsafe(SPAN_KEY_BYTES);
  for (let at = 0; at < SPAN_KEY_BYTES - 1; at += 1)
    key[at] = (nibble(ids.charCodeAt(2 * at)) << 4) | nibble(ids.charCodeAt(2 * at + 1));
  key[SPAN_KEY_BYTES - 1] = code;
  return key;
}

/** A lower-case hex digit by its character code: in place, for every span passes here. */
function nibble(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
