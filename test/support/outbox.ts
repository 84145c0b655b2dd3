import { onTestFinished } from 'vitest';
import type { Deps } from '../../src/operations/deps.js';
import type { LanePace, Outbox, OutboxParts } from '../../src/operations/outbox/outbox-types.js';
import { startOutbox } from '../../src/operations/outbox/run-outbox.js';
import type { Lane, NewEffect, NewSurface } from '../../src/store/types.js';
import { openDesk, type Desk } from './desk.js';

/** Between two renders of one surface. */
export const REST_MS = 80;

const QUICK: Readonly<Record<Lane, LanePace>> = {
  halt: { concurrency: 4, surfaceIntervalMs: REST_MS, backoff: { baseMs: 10, capMs: 20 } },
  bulk: { concurrency: 2, surfaceIntervalMs: REST_MS, backoff: { baseMs: 10, capMs: 20 } },
};

export const RENDERED = { kind: 'rendered', channelId: 'C1', ts: '1.1', digest: 'd' } as const;

/** A desk on the real clock, because the loops wait in real time. */
export function openBench(): Promise<Desk> {
  return openDesk({ now: () => new Date().toISOString() });
}

/** Starts the loops at a quick pace; they are drained when the test ends. */
export function start(deps: Deps, parts: Partial<OutboxParts>): Outbox {
  const outbox = startOutbox(deps, {
    effectors: {},
    reconcile: () => Promise.resolve(RENDERED),
    lanes: QUICK,
    pollMs: 20,
    ...parts,
  });
  onTestFinished(async () => void (await outbox.drain(2000)));
  return outbox;
}

export function add({ store }: Deps, ...effects: readonly Partial<NewEffect>[]): Promise<void> {
  return store.transact(async (tx) => {
    for (const [index, effect] of effects.entries()) {
      await tx.addEffect({
        key: `effect:${index}:${effect.incident ?? ''}:${effect.lane ?? ''}`,
        kind: 'channel:topic',
        lane: 'bulk',
        incident: null,
        payload: {},
        ...effect,
      });
    }
  });
}

export function touch({ store }: Deps, surface: Partial<NewSurface> & { key: string }): Promise<void> {
  return store.transact((tx) =>
    tx.touchSurface({ kind: 'announcement', lane: 'bulk', incident: null, target: 'C1', ...surface }),
  );
}

/** How many effects are unfinished. */
export async function waiting({ store }: Deps): Promise<number> {
  return (await store.transact((tx) => tx.effects.backlog())).waiting;
}
