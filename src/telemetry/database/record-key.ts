/** What makes two records one: senders repeat what they did not hear an answer to. */
import { createHash } from 'node:crypto';
import type { ActionRecord } from '../../core/action-record.js';

export const SPAN_KEY_BYTES = 24;
const TRACE_HEX = 32;
const IDS_HEX = 48;

/**
 * A span is its trace and span id, whatever it was taken for when it came; a check its action id and kind. The agent belongs
 * to the key of a check: nobody can hide another agent's check behind one of their own.
 */
export function recordKey(record: ActionRecord): Buffer | string {
  return isSpan(record) ? spanKey(record.traceId, record.spanId) : textKey(record);
}

/** Is it one by its trace and span id? */
export function isSpan<R extends Pick<ActionRecord, 'origin' | 'traceId' | 'spanId'>>(
  record: R,
): record is R & { readonly traceId: string; readonly spanId: string } {
  const { origin, traceId, spanId } = record;
  return origin === 'span' && traceId?.length === TRACE_HEX && spanId?.length === IDS_HEX - TRACE_HEX;
}

/** The key of a record that is no span. */
export function textKey(record: ActionRecord): string {
  const { origin, kind, agentId, actionId, traceId, spanId, atMs } = record;
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
    ...apart(record),
  ]);
  return createHash('sha256').update(rest).digest('base64url');
}

/** Of log records that tell of calls, several may end in one millisecond: an id of their own they need not have. */
function apart({ origin, kind, startedAtMs, conversationId, cost }: ActionRecord): readonly unknown[] {
  const isCall = origin === 'event' && (kind === 'inference' || kind === 'tool');
  return isCall ? [startedAtMs, conversationId, cost] : [];
}

/** Trace and span id as they stand in a span's key; null for any other. */
export function spanOfKey(key: unknown): { readonly traceId: string; readonly spanId: string } | null {
  if (!Buffer.isBuffer(key) || key.length !== SPAN_KEY_BYTES) return null;
  const hex = key.toString('hex');
  return { traceId: hex.slice(0, TRACE_HEX), spanId: hex.slice(TRACE_HEX) };
}

/** The key that the record of this span has. */
export function spanKey(traceId: string, spanId: string): Buffer {
  return Buffer.from(traceId + spanId, 'hex');
}

/** The least and the greatest key that records of spans of this trace may have. */
export function traceKeys(traceId: string): [first: Buffer, last: Buffer] {
  return [Buffer.from(traceId.padEnd(IDS_HEX, '0'), 'hex'), Buffer.from(traceId.padEnd(IDS_HEX, 'f'), 'hex')];
}
