import { describe, expect, it, onTestFinished } from 'vitest';
import type { Snapshot } from '../../src/core/halt.js';
import type { Moment } from '../../src/guard/clock.js';
import { createEnforcer } from '../../src/guard/enforcer.js';
import { eventually } from '../support/halting.js';
import { aHalt, anAttempt } from '../support/halts.js';

/** An enforcer that has heard "nothing is halted" and holds a lease of ten seconds. */
function stage() {
  let now: Moment = { monotonicMs: 0, wallMs: 1_700_000_000_000 };
  const enforcer = createEnforcer({
    agentId: 'billing-agent',
    clock: () => now,
    abortDeadlineMs: 20,
    onChange: () => undefined,
  });
  onTestFinished(() => enforcer.close());
  const hear = (epoch: number, change: Partial<Snapshot> = {}): void => {
    const snapshot = {
      epoch,
      planeId: 'plane',
      issuedAt: '2026-11-20T03:12:00.000Z',
      leaseMs: 10_000,
      halts: [],
      signature: '',
    };
    enforcer.accept({ ...snapshot, ...change }, true);
    enforcer.renew(now, 0, 10_000);
  };
  hear(1);
  return {
    enforcer,
    hear,
    pass: (ms: number) => {
      now = { monotonicMs: now.monotonicMs + ms, wallMs: now.wallMs + ms };
    },
  };
}

const HALTED = { halts: [aHalt()] };

describe('what a guard says of itself', () => {
  it('is "quiesced" when it holds the order and nothing that it covers runs', () => {
    const { enforcer, hear } = stage();

    hear(2, HALTED);

    expect(enforcer.standing()).toMatchObject({ epoch: 2, level: 'quiesced', left: false });
  });

  it('is "enforced" while something runs that was told to stop', async () => {
    const { enforcer, hear } = stage();
    const running = enforcer.run(
      anAttempt(),
      ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 5))),
    );

    hear(2, HALTED);
    const during = enforcer.standing();
    await running;

    expect(during).toMatchObject({
      level: 'enforced',
      inflight: { aborted: [], uncancellable: [], completedAfter: [] },
    });
    expect(enforcer.standing()).toMatchObject({ level: 'quiesced', inflight: { completedAfter: ['act-1'] } });
  });

  it('lists what does not stop within the deadline, until it has ended', async () => {
    const { enforcer, hear } = stage();
    let finish: () => void = () => undefined;
    const running = enforcer.run(anAttempt(), () => new Promise<void>((resolve) => (finish = resolve)));
    hear(2, HALTED);

    const overdue = await eventually(
      () => enforcer.standing(),
      (standing) => standing?.inflight.uncancellable.length === 1,
    );
    finish();
    await running;

    expect(overdue?.level).toBe('enforced');
    expect(enforcer.standing()).toMatchObject({
      level: 'quiesced',
      inflight: { uncancellable: [], completedAfter: ['act-1'] },
    });
  });

  it('pitfall 08: includes a call that kept the process busy past its lease, and ended before anybody could stop it', async () => {
    const { enforcer, hear, pass } = stage();

    await enforcer.run(anAttempt(), () => pass(60_000));
    hear(2, HALTED);

    expect(enforcer.standing()?.inflight.completedAfter).toEqual(['act-1']);
  });

  it('leaves out what the order does not cover, and lets it go on', async () => {
    const { enforcer, hear } = stage();
    let finish: (result: string) => void = () => undefined;
    const running = enforcer.run(
      anAttempt({ tool: 'mail.send' }),
      () => new Promise<string>((resolve) => (finish = resolve)),
    );

    hear(2, { halts: [aHalt({ scope: { kind: 'tool', tool: 'stripe.refund' } })] });
    finish('sent');

    await expect(running).resolves.toBe('sent');
    expect(enforcer.standing()).toMatchObject({ level: 'quiesced', inflight: { completedAfter: [] } });
  });

  it('is not "left" before what runs has ended', async () => {
    const { enforcer } = stage();
    let finish: () => void = () => undefined;
    const running = enforcer.run(anAttempt(), () => new Promise<void>((resolve) => (finish = resolve)));

    await enforcer.close();
    const before = enforcer.standing()?.left;
    finish();
    await running;

    expect([before, enforcer.standing()?.left]).toEqual([false, true]);
  });
});

it('a guard that is closed keeps no process alive, whatever it still hears', async () => {
  const { enforcer, hear } = stage();
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await enforcer.close();
  const before = timers();

  hear(2);

  expect(timers()).toBe(before);
});

describe('an action', () => {
  it('is told to stop also where it asks for its signal only then', async () => {
    const { enforcer, hear } = stage();
    const running = enforcer.run(anAttempt(), async (context) => {
      hear(2, HALTED);
      context.signal.throwIfAborted();
    });

    await expect(running).rejects.toMatchObject({ haltId: 'H-1' });
    expect(enforcer.standing()?.inflight.aborted).toEqual(['act-1']);
  });

  it('that fails by itself fails as it would without a guard', async () => {
    const { enforcer } = stage();

    await expect(enforcer.run(anAttempt(), () => Promise.reject(new Error('card declined')))).rejects.toThrow(
      'card declined',
    );
  });

  it('that was stopped tells which halt did it, and keeps what it threw', async () => {
    const { enforcer, hear } = stage();
    const running = enforcer.run(
      anAttempt(),
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('rolled back')))),
    );

    hear(2, HALTED);

    await expect(running).rejects.toMatchObject({ haltId: 'H-1', cause: new Error('rolled back') });
  });

  it('pitfall 15: that was queued by the agent before the halt does not begin after it', async () => {
    const { enforcer, hear } = stage();
    const queued = Promise.resolve().then(() => enforcer.run(anAttempt(), () => 'spent'));

    hear(2, HALTED);

    await expect(queued).rejects.toMatchObject({ haltId: 'H-1' });
  });
});
