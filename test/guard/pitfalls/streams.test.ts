/** Halting.md §4.8, pitfalls 8, 13, 14 and 15: what an agent has under way when the order comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HaltedError } from '../../../src/guard/index.js';
import { eventually, obedient, openHaltDesk } from '../../support/halting.js';

const ANSWER = { tool: 'llm.answer', actionClass: 'customer-communication' };

async function atWork() {
  const desk = await openHaltDesk();
  const guard = desk.guard();
  await guard.ready();
  return { desk, guard };
}

/** A model that writes for ever, and lets go at once when it is told to, or never. */
async function* words(letsGo: () => void): AsyncGenerator<string> {
  try {
    for (let count = 0; ; count += 1) {
      await sleep(10);
      yield `word ${count}`;
    }
  } finally {
    letsGo();
  }
}

describe('pitfall 14: an answer that is being streamed', () => {
  it('is cut where it is, and counts as aborted when its source has let go', async () => {
    const { desk, guard } = await atWork();
    const read: string[] = [];
    let isOpen = true;
    const reading = (async () => {
      for await (const word of guard.stream({ ...ANSWER, actionId: 'answer-1' }, () =>
        words(() => (isOpen = false)),
      ))
        read.push(word);
    })();
    reading.catch(() => undefined);
    await eventually(
      () => read.length,
      (count) => count > 2,
    );

    const { haltId } = await desk.order();
    await expect(reading).rejects.toMatchObject({ name: 'HaltedError', haltId });
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(isOpen).toBe(false);
    expect(order.points[0]?.inflight.aborted).toEqual(['answer-1']);
  });

  it('is read no further at once, and counts as running while its source holds on', async () => {
    const { desk, guard } = await atWork();
    let finish: (word: string) => void = () => undefined;
    const stuck = new Promise<string>((resolve) => (finish = resolve));
    async function* source(): AsyncGenerator<string> {
      yield 'first';
      yield await stuck;
    }
    const pieces = guard.stream({ ...ANSWER, actionId: 'stuck' }, () => source());
    const first = await pieces.next();
    const second = pieces.next();
    second.catch(() => undefined);

    const { haltId } = await desk.order();
    await expect(second).rejects.toBeInstanceOf(HaltedError);
    const listed = await desk.until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    finish('late');
    const ended = await desk.until(haltId, ({ contained }) => contained !== null);

    expect(first.value).toBe('first');
    expect(listed.contained).toBeNull();
    expect(ended.points[0]?.inflight).toMatchObject({ uncancellable: [], aborted: ['stuck'] });
  });

  it('is let go of although nobody reads it any more', async () => {
    const { desk, guard } = await atWork();
    let isOpen = true;
    const pieces = guard.stream(ANSWER, () => words(() => (isOpen = false)));
    await pieces.next();

    const { haltId } = await desk.order();
    await desk.until(haltId, ({ contained }) => contained !== null);

    expect(isOpen).toBe(false);
    await expect(pieces.next()).rejects.toMatchObject({ haltId });
  });

  it('is an action like any other: refused before it begins, ended by its last piece or its reader', async () => {
    const { desk, guard } = await atWork();
    const finite = new ReadableStream<string>({
      start(controller) {
        for (const word of ['one', 'two']) controller.enqueue(word);
        controller.close();
      },
    });
    const read: string[] = [];

    for await (const word of guard.stream(ANSWER, () => finite)) read.push(word);
    for await (const word of guard.stream(ANSWER, () => words(() => undefined))) {
      read.push(word);
      break;
    }
    const left = guard.inflight.length;
    const { haltId } = await desk.order();
    await eventually(
      () => guard.epoch,
      (epoch) => epoch === 1,
    );

    expect([read, left]).toEqual([['one', 'two', 'word 0'], 0]);
    await expect(guard.stream(ANSWER, () => words(() => undefined)).next()).rejects.toMatchObject({ haltId });
  });
});

describe('pitfall 13: tools that were called at once', () => {
  it('are stopped all, and all are listed', async () => {
    const { desk, guard } = await atWork();
    const names = Array.from({ length: 20 }, (_, index) => `call-${index}`);
    const calls = names.map((actionId) => guard.run({ ...ANSWER, actionId }, obedient));
    for (const call of calls) call.catch(() => undefined);

    const { haltId } = await desk.order();
    const order = await desk.until(haltId, ({ contained }) => contained !== null);

    await expect(Promise.allSettled(calls)).resolves.toSatisfy((all) =>
      (all as PromiseSettledResult<void>[]).every(({ status }) => status === 'rejected'),
    );
    expect(order.points[0]?.inflight.aborted).toHaveLength(20);
  });
});

describe('pitfall 15: work that an agent tries again', () => {
  it('is refused each time, however often a queue brings it back', async () => {
    const { desk, guard } = await atWork();
    const { haltId } = await desk.order();
    await eventually(
      () => guard.epoch,
      (epoch) => epoch === 1,
    );
    let began = 0;

    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () => guard.run({ ...ANSWER, actionId: 'same' }, () => (began += 1))),
    );

    expect(tries.every(({ status }) => status === 'rejected')).toBe(true);
    expect([began, (await desk.read(haltId)).haltId]).toEqual([0, haltId]);
  });
});

describe('pitfall 08: an agent that keeps its event loop busy', () => {
  it('cannot be told to stop; what it did is reported as completed after the halt, and it does no more', async () => {
    const { desk, guard } = await atWork();

    const busy = guard.run({ ...ANSWER, actionId: 'busy' }, () => {
      const until = performance.now() + 1_200;
      while (performance.now() < until);
      return 'sent';
    });
    const next = guard.run(ANSWER, () => 'sent again');
    await expect(busy).resolves.toBe('sent');
    await expect(next).rejects.toMatchObject({ refusal: 'isolated' });
    const { haltId } = await desk.order();
    const order = await desk.until(haltId, ({ points }) =>
      points.some(({ inflight }) => inflight.completedAfter.includes('busy')),
    );

    expect(order.points[0]?.inflight.completedAfter).toEqual(['busy']);
  });
});
