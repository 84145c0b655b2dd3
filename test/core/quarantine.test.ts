import { describe, expect, it } from 'vitest';
import { attemptText, whyNotHeld, whyTooLong } from '../../src/core/held-parameters.js';
import { foldHeldAttempt, judgeClaim, obstacleTo, type HeldAttempt } from '../../src/core/quarantine.js';
import type { QuarantineEvent } from '../../src/core/quarantine-events.js';
import { aHalt, anAttempt, AT } from '../support/halts.js';

const LATER = '2026-11-20T03:13:00.000Z';
const EXPIRES = '2026-11-20T03:27:00.000Z';
const DIGEST = 'a'.repeat(64);
const HOLD = aHalt({ mode: 'hold' });

const held: QuarantineEvent = {
  type: 'attempt:held',
  data: { id: 'Q-1', ...anAttempt(), readOnly: false, digest: DIGEST, haltId: 'H-1', at: AT },
  private: { parameters: { amount: 10 } },
};
const released: QuarantineEvent = {
  type: 'attempt:released',
  data: { by: 'U0SRE1', at: AT, digest: DIGEST, expiresAt: EXPIRES, holds: ['H-1'] },
};
const used: QuarantineEvent = { type: 'attempt:used', data: { at: LATER, claimId: 'c-1' } };
const rejected: QuarantineEvent = {
  type: 'attempt:rejected',
  data: { by: 'U0SRE1', at: LATER },
  private: { reason: 'no' },
};
const expired: QuarantineEvent = { type: 'attempt:expired', data: { at: LATER } };
const lifted: QuarantineEvent = {
  type: 'attempt:refused',
  data: { at: LATER, why: 'lifted', haltId: 'H-1' },
};

function itemOf(...events: readonly QuarantineEvent[]): HeldAttempt {
  const item = foldHeldAttempt(events);
  if (item === undefined) throw new Error('it begins with holding');
  return item;
}

describe('a held attempt', () => {
  it.each([
    ['held', [held]],
    ['released', [held, released]],
    ['used', [held, released, used]],
    ['rejected', [held, rejected]],
    ['rejected', [held, released, rejected]],
    ['expired', [held, released, expired]],
    ['refused', [held, lifted]],
    ['refused', [held, released, lifted]],
  ] as const)('is %s', (state, events) => {
    expect(itemOf(...events).state).toBe(state);
  });

  it.each([
    [[held, used]],
    [[held, expired]],
    [[held, rejected, released]],
    [[held, released, used, rejected]],
    [[held, released, used, lifted]],
    [[held, released, expired, used]],
    [[held, lifted, released]],
  ])('is final where it is final: %#', (events) => {
    const before = itemOf(...events.slice(0, -1));

    expect(itemOf(...events)).toEqual(before);
  });

  it('is not released by a release of something else', () => {
    const other = { ...released, data: { ...released.data, digest: 'b'.repeat(64) } };

    expect(itemOf(held, other).state).toBe('held');
  });

  it('begins with holding', () => {
    expect(foldHeldAttempt([released])).toBeUndefined();
  });
});

describe('the check immediately before the side effect', () => {
  const claim = { digest: DIGEST, claimId: 'c-1', at: LATER, halts: [HOLD] };
  const ready = itemOf(held, released);

  it('lets a release be taken up once, against the orders that it was given against', () => {
    expect(judgeClaim(ready, claim)).toEqual({ kind: 'run', holds: ['H-1'], repeated: false });
  });

  it('gives the same answer to the same run, whose first answer was lost', () => {
    expect(judgeClaim(itemOf(held, released, used), claim)).toMatchObject({ kind: 'run', repeated: true });
  });

  it.each([
    ['not-released', itemOf(held), {}],
    ['changed', ready, { digest: 'b'.repeat(64) }],
    ['expired', ready, { at: EXPIRES }],
    ['used', itemOf(held, released, used), { claimId: 'c-2' }],
    ['changed', itemOf(held, released, used), { digest: 'b'.repeat(64) }],
    ['rejected', itemOf(held, released, rejected), {}],
    ['expired', itemOf(held, released, expired), {}],
    ['lifted', itemOf(held, released, lifted), {}],
    ['lifted', ready, { halts: [] }],
    [
      'halted',
      ready,
      { halts: [HOLD, aHalt({ id: 'H-2', scope: { kind: 'tool', tool: 'stripe.refund' } })] },
    ],
    ['halted', ready, { halts: [HOLD, aHalt({ id: 'H-2', mode: 'degraded' })] }],
    ['halted', ready, { halts: [HOLD, aHalt({ id: 'H-2', mode: 'hold' })] }],
  ] as const)('refuses with its own word: %s', (why, item, change) => {
    expect(judgeClaim(item, { ...claim, ...change })).toMatchObject({ kind: 'refuse', why });
  });

  it('is not touched by orders for others, nor by a rehearsal', () => {
    const elsewhere = aHalt({ id: 'H-2', scope: { kind: 'agent', agentId: 'mail-agent' } });
    const rehearsal = aHalt({ id: 'H-3', drill: true });

    expect(judgeClaim(ready, { ...claim, halts: [HOLD, elsewhere, rehearsal] }).kind).toBe('run');
  });

  it('leaves what is undecided waiting while an order denies it', () => {
    expect(obstacleTo(itemOf(held), [HOLD, aHalt({ id: 'H-2' })])).toBeUndefined();
  });
});

describe('the text that a release is bound to', () => {
  it('says the same whatever the order of members, and something else for anything else', () => {
    const text = attemptText(anAttempt(), { b: 1, a: [2] });

    expect(attemptText({ ...anAttempt() }, { a: [2], b: 1 })).toBe(text);
    expect(attemptText(anAttempt(), { a: ['2'], b: 1 })).not.toBe(text);
    expect(attemptText(anAttempt({ actionId: 'act-2' }), { a: [2], b: 1 })).not.toBe(text);
    expect(attemptText(anAttempt({ tool: 'stripe.payout' }), { a: [2], b: 1 })).not.toBe(text);
  });

  it.each([
    null,
    true,
    'x',
    3,
    Number.MAX_SAFE_INTEGER,
    1e-9,
    [],
    {},
    [{ a: [null, { b: 'c' }] }],
    { gone: undefined },
    Object.create(null),
  ])('takes what JSON carries: %j', (parameters) => {
    expect(whyNotHeld(parameters)).toBeUndefined();
  });

  it.each([
    undefined,
    Number.NaN,
    { a: Infinity },
    { account: 2 ** 53 },
    [-(2 ** 60)],
    [undefined],
    { a: () => 1 },
    { a: Symbol('x') },
    new Date(0),
    new Map(),
    { toJSON: () => 1 },
  ])('refuses what JSON would change: %s', (parameters) => {
    expect(whyNotHeld(parameters)).toMatch(/which JSON cannot carry as it is/);
  });

  it('refuses bottomless parameters without falling into them', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);

    expect(whyNotHeld(deep)).toContain('nested deeper');
  });

  it('says how long they may be', () => {
    expect(whyTooLong(262_144)).toBeUndefined();
    expect(whyTooLong(262_145)).toContain('262145 bytes and at most 262144');
  });
});
