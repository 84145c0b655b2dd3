import { expect, it } from 'vitest';
import { ToldTrace, traceLines } from '../../src/cli/trace-lines.js';

const HELD = {
  id: 'Q-7',
  state: 'held',
  heldAt: '2026-11-20T03:12:00.000Z',
  decidedBy: null as string | null,
  decidedAt: null as string | null,
  usedAt: null as string | null,
};
const RELEASED = {
  ...HELD,
  state: 'released',
  decidedBy: 'U0SRE1',
  decidedAt: '2026-11-20T03:14:00.000Z',
};

const linesOf = (quarantine: object | null): string[] =>
  traceLines(
    ToldTrace.parse({
      actionId: 'act-1',
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      at: HELD.heldAt,
      outcome: 'held',
      check: { at: HELD.heldAt, verdict: 'hold' },
      quarantine,
      parts: [],
      unknown: [],
    }),
  );

it.each([
  [HELD, 'nobody has decided.'],
  [RELEASED, 'released by U0SRE1 at 2026-11-20T03:14:00.000Z.'],
  [
    { ...RELEASED, state: 'used', usedAt: '2026-11-20T03:15:00.000Z' },
    'released by U0SRE1 at 2026-11-20T03:14:00.000Z, taken up at 2026-11-20T03:15:00.000Z.',
  ],
  [{ ...RELEASED, state: 'expired' }, 'released by U0SRE1 at 2026-11-20T03:14:00.000Z, expired.'],
  [{ ...RELEASED, state: 'rejected' }, 'rejected by U0SRE1 at 2026-11-20T03:14:00.000Z.'],
  [{ ...HELD, state: 'refused' }, 'refused.'],
])('tells what became of a held action: %o', (quarantine, told) => {
  expect(linesOf(quarantine)[2]).toBe(`It was held as Q-7 at 2026-11-20T03:12:00.000Z: ${told}`);
});

it('says nothing of the quarantine where an action was never held', () => {
  expect(linesOf(null).join('\n')).not.toContain('held as');
});

it('tells what other guards said, and which words were the last', () => {
  const at = HELD.heldAt;
  const said = { part: 'output', text: 'Done.', cutOff: 0, at, spanId: 'b'.repeat(16), relation: 'around' };
  const lines = traceLines(
    ToldTrace.parse({
      actionId: 'act-1',
      agentId: 'billing-agent',
      tool: null,
      at,
      outcome: 'denied',
      check: { at, verdict: 'allow' },
      otherChecks: [{ agentId: 'refund-mcp', at, verdict: 'deny' }],
      parts: [said, { ...said, isFinal: true }],
      unknown: [],
    }),
  );

  expect(lines).toContain(`The guard of refund-mcp said deny at ${at}.`);
  expect(lines.filter((line) => line.startsWith(at)).map((line) => line.split('  ')[1])).toEqual([
    'output (around)',
    'final output (around)',
  ]);
});
