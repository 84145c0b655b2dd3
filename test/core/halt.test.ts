import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  covers,
  describeScope,
  type HaltScope,
  overlaps,
  snapshotText,
  touchesAgent,
} from '../../src/core/halt.js';
import { anAttempt, attempts, scopes } from '../support/halts.js';

describe('the scope of a halt', () => {
  it('stops one agent and leaves the others', () => {
    const scope: HaltScope = { kind: 'agent', agentId: 'billing-agent' };

    expect(covers(scope, anAttempt())).toBe(true);
    expect(covers(scope, anAttempt({ agentId: 'mail-agent' }))).toBe(false);
  });

  it('stops a tool everywhere, or in one agent only', () => {
    const everywhere: HaltScope = { kind: 'tool', tool: 'stripe.refund' };
    const within: HaltScope = { ...everywhere, agentId: 'mail-agent' };

    expect(covers(everywhere, anAttempt())).toBe(true);
    expect(covers(within, anAttempt())).toBe(false);
  });

  it('asks every enforcement point that could be concerned', () => {
    fc.assert(
      fc.property(scopes, attempts, (scope, attempt) => {
        expect(!covers(scope, attempt) || touchesAgent(scope, attempt.agentId)).toBe(true);
      }),
    );
  });

  it('overlaps with another wherever one attempt is within both', () => {
    fc.assert(
      fc.property(scopes, scopes, attempts, (a, b, attempt) => {
        expect(!(covers(a, attempt) && covers(b, attempt)) || overlaps(a, b)).toBe(true);
        expect(overlaps(a, b)).toBe(overlaps(b, a));
      }),
    );
  });

  it('does not overlap with one of another agent', () => {
    expect(overlaps({ kind: 'agent', agentId: 'a' }, { kind: 'tool', tool: 'x', agentId: 'b' })).toBe(false);
    expect(overlaps({ kind: 'tool', tool: 'x' }, { kind: 'tool', tool: 'y' })).toBe(false);
  });

  it('is said as people say it, and never in the same words as another', () => {
    fc.assert(
      fc.property(scopes, scopes, (a, b) => {
        expect(describeScope(a) === describeScope(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

it('signs the same text whatever order the members came in', () => {
  const snapshot = {
    epoch: 1,
    planeId: 'p',
    issuedAt: '2026-11-20T03:12:00.000Z',
    leaseMs: 10_000,
    halts: [],
  };

  expect(snapshotText({ ...snapshot })).toBe(
    snapshotText(Object.fromEntries(Object.entries(snapshot).toReversed()) as typeof snapshot),
  );
});
