/** Whatever people, agents and the clock do, in whatever order: nothing that was held runs twice, changed or unreleased. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DomainError } from '../../src/core/errors.js';
import type { Attempt } from '../../src/core/halt.js';
import { attemptDigest } from '../../src/operations/quarantine/attempt-digest.js';
import { claimAttempt } from '../../src/operations/quarantine/claim-attempt.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { expireAttempts } from '../../src/operations/quarantine/expire-attempts.js';
import { holdAttempt } from '../../src/operations/quarantine/hold-attempt.js';
import { findAttempt } from '../../src/operations/quarantine/record-attempt.js';
import { MINUTE, openDesk, type Desk } from '../support/desk.js';
import { GUARD } from '../support/plane.js';
import { lift, order, REFUND, reject, release } from '../support/quarantine.js';

const number = fc.integer({ min: 1, max: 3 });
const two = fc.integer({ min: 1, max: 2 });
const one = fc.constant(1);
const mostly = { weight: 5, arbitrary: one };
const action = fc.oneof(mostly, two);
const item = fc.oneof(mostly, number);
const rarely = fc.integer({ min: 1, max: 8 }).map((each) => each === 1);
const often = <T>(arbitrary: fc.Arbitrary<T>) => ({ weight: 5, arbitrary });
/** What can come to a release taken up is frequent, and everything that may come between is not rare. */
const step = fc.oneof(
  often(fc.record({ do: fc.constant('hold' as const), action, amount: action })),
  often(fc.record({ do: fc.constant('release' as const), item, wrong: rarely })),
  often(fc.record({ do: fc.constant('claim' as const), item, amount: action, run: number })),
  fc.record({ do: fc.constant('reject' as const), item: number }),
  fc.record({ do: fc.constant('order' as const), mode: fc.constantFrom('deny' as const, 'hold' as const) }),
  fc.record({ do: fc.constant('lift' as const), which: number }),
  fc.record({ do: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('tick' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const attemptOf = (action: number): Attempt => ({
  ...REFUND,
  agentId: 'billing-agent',
  actionId: `act-${action}`,
});

class Case {
  deps: Deps;
  readonly desk: Desk;
  /** By digest, the runs that were let through. */
  readonly runs = new Map<string, Set<string>>();

  constructor(desk: Desk) {
    this.desk = desk;
    this.deps = desk.deps;
  }

  async take(next: Step): Promise<void> {
    switch (next.do) {
      case 'hold':
        await holdAttempt(this.deps, {
          attempt: attemptOf(next.action),
          parameters: { amount: next.amount },
          actor: GUARD,
          boundTo: null,
        });
        return;
      case 'release': {
        const { item } = await findAttempt(this.deps.store, `Q-${next.item}`);
        await release(this.deps, next.wrong ? { ...item, digest: 'f'.repeat(64) } : item);
        return;
      }
      case 'reject':
        await reject(this.deps, (await findAttempt(this.deps.store, `Q-${next.item}`)).item);
        return;
      case 'claim':
        return this.claim(next);
      case 'order':
        await order(this.deps, next.mode);
        return;
      case 'lift':
        return lift(this.deps, `H-${next.which}`);
      case 'pass':
        return this.desk.clock.advance(next.minutes * MINUTE);
      case 'restart':
        this.deps = {
          ...this.deps,
          plane: await createHaltPlane(this.deps.store, { now: this.desk.clock.now }),
        };
        return;
      case 'tick':
        await expireAttempts(this.deps);
    }
  }

  async claim({ item, amount, run }: Extract<Step, { do: 'claim' }>): Promise<void> {
    const id = `Q-${item}`;
    const { item: before } = await findAttempt(this.deps.store, id);
    const digest = attemptDigest(before.attempt, { amount });
    const verdict = await claimAttempt(this.deps, {
      id,
      digest,
      claimId: `run-${run}`,
      actor: GUARD,
      boundTo: null,
    });
    if (verdict.kind !== 'run') return;
    const now = this.desk.clock.now();
    expect(before.parameters).toEqual({ amount });
    expect(before.release?.expiresAt.localeCompare(now)).toBe(1);
    expect(this.deps.plane.orders.halts().filter(({ mode }) => mode === 'deny')).toEqual([]);
    const runs = this.runs.get(digest) ?? new Set();
    this.runs.set(digest, runs.add(`${id} run-${run}`));
    expect([...runs]).toHaveLength(1);
  }

  /** The table says what the journal says. */
  async check(): Promise<void> {
    for (const row of await this.deps.store.heldAttempts({ limit: 100 })) {
      const { item } = await findAttempt(this.deps.store, row.id);
      expect(row).toMatchObject({ state: item.state, digest: item.digest, haltId: item.haltId });
    }
  }
}

it('no sequence of events lets a digest run twice, or a changed parameter run', async () => {
  let letThrough = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 40 }), async (steps) => {
      const story = new Case(await openDesk());
      await order(story.deps, 'hold');
      for (const next of steps)
        await story.take(next).catch((error: unknown) => {
          if (!(error instanceof DomainError)) throw error;
        });
      await story.check();
      letThrough += story.runs.size;
    }),
    { numRuns: 60 },
  );

  expect(letThrough).toBeGreaterThan(5);
}, 120_000);
