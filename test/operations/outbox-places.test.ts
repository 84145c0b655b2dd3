/** Slack takes about one message a second in a channel: the outbox keeps to that by itself. */
import { describe, expect, it, vi } from 'vitest';
import type { SurfaceOutcome } from '../../src/operations/outbox/outbox-types.js';
import type { SurfaceRow } from '../../src/store/types.js';
import { openBench, RENDERED, start, touch } from '../support/outbox.js';

const POST_MS = 150;
const PACE = {
  concurrency: 4,
  surfaceIntervalMs: 1,
  postIntervalMs: POST_MS,
  backoff: { baseMs: 10, capMs: 20 },
};
const LANES = { halt: PACE, bulk: PACE };

/** Notes when each was begun, by key. */
function begunAt(): {
  at: Map<string, number>;
  reconcile: (surface: SurfaceRow) => Promise<typeof RENDERED>;
} {
  const at = new Map<string, number>();
  const reconcile = ({ key }: SurfaceRow): Promise<typeof RENDERED> => {
    at.set(key, performance.now());
    return Promise.resolve(RENDERED);
  };
  return { at, reconcile };
}

describe('new messages', () => {
  it('come one after the other into one channel, in either lane', async () => {
    const { deps } = await openBench();
    for (const lane of ['halt', 'bulk'] as const)
      for (const number of [1, 2, 3])
        await touch(deps, { key: `${lane}:${number}`, lane, target: lane === 'halt' ? 'user:U1' : 'C1' });
    const { at, reconcile } = begunAt();

    start(deps, { lanes: LANES, reconcile });

    await vi.waitFor(() => expect(at.size).toBe(6), { timeout: 5_000 });
    for (const lane of ['halt', 'bulk']) {
      const [first = 0, second = 0, third = 0] = [1, 2, 3].map((number) => at.get(`${lane}:${number}`));
      expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(POST_MS - 5);
    }
  });

  it('of both lanes take turns in one channel, for Slack counts them together', async () => {
    const { deps } = await openBench();
    for (const number of [1, 2, 3])
      for (const lane of ['halt', 'bulk'] as const)
        await touch(deps, { key: `${lane}:${number}`, lane, target: 'C1' });
    const { at, reconcile } = begunAt();

    start(deps, { lanes: LANES, reconcile });

    await vi.waitFor(() => expect(at.size).toBe(6), { timeout: 5_000 });
    const times = [...at.values()];
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(POST_MS - 5);
    expect([...at.keys()].slice(0, 3).join()).toContain('bulk');
  });

  it('know a channel by its name, by its id and as that of an incident', async () => {
    const { deps } = await openBench();
    const inChannel = { ...RENDERED, channelId: 'C0INCIDENTS' };
    const at: number[] = [];
    const reconcile = (): Promise<SurfaceOutcome> => {
      at.push(performance.now());
      return Promise.resolve(inChannel);
    };
    await touch(deps, { key: 'card:INC-1', target: 'agent-incidents' });
    const outbox = start(deps, { lanes: LANES, reconcile });
    await vi.waitFor(() => expect(at.length).toBe(1));

    await touch(deps, { key: 'card:INC-2', target: 'agent-incidents' });
    await touch(deps, { key: 'halt:H-1', lane: 'halt', target: 'C0INCIDENTS' });
    outbox.wake();

    await vi.waitFor(() => expect(at.length).toBe(3), { timeout: 5_000 });
    const [first = 0, second = 0, third = 0] = at;
    expect(Math.min(second - first, third - second)).toBeGreaterThanOrEqual(POST_MS - 5);
  });

  it('wait for nobody in another channel, however many wait for the first', async () => {
    const { deps } = await openBench();
    for (let number = 0; number < 60; number += 1) await touch(deps, { key: `announcement:${number}` });
    await touch(deps, { key: 'announcement:other', target: 'C2' });
    const { at, reconcile } = begunAt();

    start(deps, { lanes: LANES, reconcile });

    await vi.waitFor(() => expect([...at.keys()].slice(0, 2)).toContain('announcement:other'));
  });

  it('of members of an umbrella share the thread that they stand in', async () => {
    const { deps } = await openBench();
    await touch(deps, { key: 'card:INC-1', target: 'C1' });
    const { at, reconcile } = begunAt();
    const outbox = start(deps, { lanes: LANES, reconcile });
    await vi.waitFor(() => expect(at.size).toBe(1));

    for (const key of ['card:INC-2', 'card:INC-3']) await touch(deps, { key, threadOf: 'card:INC-1' });
    outbox.wake();

    await vi.waitFor(() => expect(at.size).toBe(3));
    expect((at.get('card:INC-3') ?? 0) - (at.get('card:INC-2') ?? 0)).toBeGreaterThanOrEqual(POST_MS - 5);
  });

  it('do not hold back what is changed where it stands', async () => {
    const { deps } = await openBench();
    await touch(deps, { key: 'card:INC-1' });
    const { at, reconcile } = begunAt();
    const outbox = start(deps, { lanes: { ...LANES, bulk: { ...PACE, postIntervalMs: 60_000 } }, reconcile });
    await vi.waitFor(() => expect(at.size).toBe(1));
    const posted = at.get('card:INC-1');

    await touch(deps, { key: 'card:INC-1' });
    outbox.wake();

    await vi.waitFor(() => expect(at.get('card:INC-1')).not.toBe(posted));
  });
});
