/** Records of every kind that fast-check can think of. */
import fc from 'fast-check';
import type { ActionRecord } from '../../src/core/action-record.js';

/** So many lower-case hex digits. */
export const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const words = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a"b', 'a\\b', 'mcp:x/y', '\u2028'),
);
const ms = fc.nat(2 ** 41);
const count = orNull(fc.nat());

const told = fc.record({
  origin: fc.constantFrom('check', 'span', 'event'),
  kind: fc.constantFrom('inference', 'tool', 'artifact', 'other'),
  actionId: orNull(words),
  agentId: words,
  tool: orNull(words),
  endpoint: orNull(words),
  actionClass: orNull(words),
  atMs: ms,
  startedAtMs: ms,
  receivedAtMs: ms,
  cost: orNull(
    fc.record({
      usd: orNull(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })),
      source: fc.constantFrom('reported', 'price-table', 'unknown'),
      model: orNull(words),
      inputTokens: count,
      outputTokens: count,
    }),
  ),
  customerVisible: fc.boolean(),
  review: orNull(
    fc.record({
      required: fc.boolean(),
      presentedAtMs: count,
      decidedAtMs: count,
      reviewer: orNull(words),
      approvedDigest: orNull(words),
      executedDigest: orNull(words),
      words: count,
    }),
  ),
  traceId: orNull(hex(32)),
  spanId: orNull(hex(16)),
  parentSpanId: orNull(hex(16)),
  parentActionId: orNull(words),
  conversationId: orNull(words),
  outcome: fc.constantFrom('ok', 'error', 'denied', 'held', 'unknown'),
});

export const actionRecords: fc.Arbitrary<ActionRecord> = fc
  .tuple(told, fc.option(words, { nil: undefined }))
  .map(([record, toolCallId]) => ({ ...record, ...(toolCallId !== undefined && { toolCallId }) }));
