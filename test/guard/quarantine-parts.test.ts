/** Attempts that an order holds, of a guard and of what has no line of its own to the quarantine: sub-agents, threads, streams. */
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { guardFromParent, type Acting, type Guard } from '../../src/guard/index.js';
import { eventually } from '../support/halting.js';
import {
  heard,
  lift,
  only,
  openHoldDesk,
  order,
  refused,
  REFUND,
  reject,
  release,
  type HoldDesk,
} from '../support/quarantine.js';

/** The guard of a thread under this one; only the thread is missing. */
async function aChild(guard: Guard, haltId: string): Promise<Guard> {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const child = guardFromParent({ agentId: 'billing-agent', carrier: port1, abortDeadlineMs: 100 });
  onTestFinished(() => child.close());
  guard.serveTo(port2);
  await child.ready();
  await heard(child, haltId);
  return child;
}

type Who = 'the guard itself' | 'a thread' | 'a sub-agent';

async function actingAs(who: Who, { guard, haltId }: HoldDesk): Promise<Acting> {
  switch (who) {
    case 'the guard itself':
      return guard;
    case 'a thread':
      return aChild(guard, haltId);
    case 'a sub-agent':
      return guard.child({ agentId: 'support-agent' });
  }
}

async function openParts(who: Who) {
  const desk = await openHoldDesk();
  const { ran } = desk;
  const child = await actingAs(who, desk);
  /** What each was given for a gateway on its way. */
  const shown: (string | undefined)[] = [];
  const run = (parameters: object, signal?: AbortSignal): Promise<void> =>
    child.run({ ...REFUND, actionId: 'act-1', parameters, signal }, (context) => {
      ran.push({ ...parameters });
      shown.push(context.release);
    });
  return { ...desk, child, run, shown };
}

describe.each(['the guard itself', 'a thread', 'a sub-agent'] as const)('a held attempt of %s', (who) => {
  it('waits with its guard until a person releases it, then runs once', async () => {
    const { desk, run, ran, shown, waiting } = await openParts(who);
    const running = run({ amount: 10 });
    const item = only(await waiting());
    const before = [...ran];

    await release(desk.deps, item);
    await running;

    expect(before).toEqual([]);
    expect(ran).toEqual([{ amount: 10 }]);
    expect(shown).toEqual([expect.stringMatching(/^Q-1\/[\w-]+$/)]);
    expect(await desk.deps.store.heldAttempt(item.id)).toMatchObject({
      state: 'used',
      agentId: 'billing-agent',
    });
  });

  it('is refused with the words of whoever rejects it', async () => {
    const { desk, run, ran, waiting, haltId } = await openParts(who);
    const running = refused(run({ amount: 10 }));

    await reject(desk.deps, only(await waiting()));

    expect(await running).toMatchObject({
      refusal: 'hold',
      haltId,
      heldId: 'Q-1',
      reason: 'rejected by U0SRE1: not this customer',
    });
    expect(ran).toEqual([]);
  });

  it('runs as any other when its order is lifted', async () => {
    const { desk, run, ran, waiting, until, haltId } = await openParts(who);
    const running = run({ amount: 10 });
    await waiting();

    await lift(desk.deps, haltId);
    await until('Q-1', 'refused');
    await running;

    expect(ran).toEqual([{ amount: 10 }]);
  });

  it('pitfall 12: does not run where its parameters changed after the release', async () => {
    const { desk, run, ran, waiting } = await openParts(who);
    const parameters = { amount: 10 };
    const running = refused(run(parameters));
    const item = only(await waiting());

    parameters.amount = 10_000;
    await release(desk.deps, item);

    expect((await running).reason).toBe('its parameters are not those that were released');
    expect(ran).toEqual([]);
  });

  it('stops waiting when its caller gives up', async () => {
    const { desk, run, ran, waiting } = await openParts(who);
    const patience = new AbortController();
    const running = run({ amount: 10 }, patience.signal);
    const item = only(await waiting());

    patience.abort(new Error('the customer hung up'));
    await expect(running).rejects.toThrow('the customer hung up');
    await release(desk.deps, item);

    expect(ran).toEqual([]);
    expect(await desk.deps.store.heldAttempt(item.id)).toMatchObject({ state: 'released' });
  });

  it('ends with its guard', async () => {
    const { run, guard, waiting } = await openParts(who);
    const running = refused(run({ amount: 10 }));
    await waiting();

    await guard.close();

    expect(await running).toMatchObject({ refusal: 'closed' });
  });
});

it('an order to hold a sub-agent by its own name denies at once: nobody could ask to release it', async () => {
  const { desk, guard, haltId } = await openHoldDesk();
  await lift(desk.deps, haltId);
  const own = await order(desk.deps, 'hold', { kind: 'agent', agentId: 'support-agent' });
  await heard(guard, own.haltId);

  const error = await refused(
    guard.child({ agentId: 'support-agent' }).run({ ...REFUND, parameters: {} }, () => undefined),
  );

  expect(error).toMatchObject({ refusal: 'hold', haltId: own.haltId, heldId: null });
  expect(error.reason).toContain('names a sub-agent');
});

describe('a stream that an order holds', () => {
  async function* words(): AsyncGenerator<string> {
    yield* ['one', 'two'];
  }

  it('waits before its first piece until a person releases it, then goes on to its last', async () => {
    const { desk, guard, waiting } = await openHoldDesk();
    let opened = 0;
    const read: string[] = [];
    const reading = (async () => {
      const pieces = guard.stream({ ...REFUND, parameters: { amount: 10 } }, () => {
        opened += 1;
        return words();
      });
      for await (const word of pieces) read.push(word);
    })();
    const item = only(await waiting());
    const before = opened;

    await release(desk.deps, item);
    await reading;

    expect([before, opened, read]).toEqual([0, 1, ['one', 'two']]);
  });

  it('is denied at once where it does not say with which parameters', async () => {
    const { guard } = await openHoldDesk();

    const error = await refused(guard.stream(REFUND, words).next());

    expect(error.reason).toContain('made without `parameters`');
  });

  it('is cut by an order that denies, although it was released', async () => {
    const { desk, guard, waiting } = await openHoldDesk();
    async function* endless(): AsyncGenerator<number> {
      for (let count = 0; ; count += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        yield count;
      }
    }
    const pieces = guard.stream({ ...REFUND, parameters: {} }, endless);
    const first = pieces.next();
    await release(desk.deps, only(await waiting()));
    await first;

    const { haltId } = await order(desk.deps, 'deny');
    const reading = (async () => {
      for (;;) await pieces.next();
    })();

    await expect(reading).rejects.toMatchObject({ haltId });
    await eventually(
      () => guard.inflight.length,
      (running) => running === 0,
    );
  });
});
