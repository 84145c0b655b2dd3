/** One attempt at one thing of the outbox, and what has to be stored about it. Never throws. */
import { addMilliseconds } from 'date-fns';
import type { EffectRow, SurfaceRow, Transaction } from '../../store/types.js';
import { backoffMs } from './backoff.js';
import type { LaneParts, Outcome, RetryLater, SurfaceOutcome } from './outbox-types.js';

export interface Settlement {
  /** How long the group is left alone. */
  readonly restMs: number;
  /** True where nobody answered. */
  readonly isAway?: boolean;
  /** Where it stands now, if that is known. */
  readonly channelId?: string;
  readonly store: (tx: Transaction) => Promise<void>;
}

/** A retry is never quicker than this, whatever the target says. */
const SOONEST_MS = 50;

export async function attemptEffect(lane: LaneParts, effect: EffectRow): Promise<Settlement> {
  const { id } = effect;
  const outcome = await effectOutcome(lane, effect);
  const at = lane.deps.now();
  switch (outcome.kind) {
    case 'done':
      return { restMs: 0, store: (tx) => tx.effects.done(id, at) };
    case 'drop':
      lane.deps.log.warn({ effect: effect.key, error: outcome.error }, 'an effect was refused for good');
      return { restMs: 0, store: (tx) => tx.effects.drop(id, at, outcome.error) };
    case 'retry': {
      const { restMs, retry } = postpone(lane, effect, outcome);
      return { restMs, isAway: outcome.isAway === true, store: (tx) => tx.effects.retry(id, retry) };
    }
  }
}

export async function attemptSurface(lane: LaneParts, surface: SurfaceRow): Promise<Settlement> {
  const { key, wantedVersion: version } = surface;
  const outcome = await surfaceOutcome(lane, surface);
  switch (outcome.kind) {
    case 'rendered': {
      const { channelId, ts, digest } = outcome;
      const rendered = { channelId, ts, digest, version };
      const restMs = lane.pace.surfaceIntervalMs;
      return { restMs, channelId, store: (tx) => tx.surfaces.rendered(key, rendered) };
    }
    case 'park':
      return { restMs: 0, store: (tx) => tx.surfaces.park(key, outcome.error) };
    case 'retry': {
      const { restMs, retry } = postpone(lane, surface, outcome);
      return { restMs, isAway: outcome.isAway === true, store: (tx) => tx.surfaces.retry(key, retry) };
    }
  }
}

async function effectOutcome({ deps, parts }: LaneParts, effect: EffectRow): Promise<Outcome> {
  const effector = parts.effectors[effect.kind];
  if (effector === undefined) {
    deps.log.error({ effect: effect.key, kind: effect.kind }, 'no part of this version performs this effect');
    return { kind: 'retry', afterMs: 60_000, error: 'no effector', began: effect.begun };
  }
  try {
    return await effector(effect);
  } catch (error) {
    deps.log.warn({ err: error, effect: effect.key, attempts: effect.attempts }, 'an effect threw');
    return thrown(error);
  }
}

async function surfaceOutcome({ deps, parts }: LaneParts, surface: SurfaceRow): Promise<SurfaceOutcome> {
  try {
    await deps.plane.lull.wait();
    return await parts.reconcile(surface);
  } catch (error) {
    deps.log.warn({ err: error, surface: surface.key, attempts: surface.attempts }, 'a surface threw');
    return thrown(error);
  }
}

/** Whether it acted before it threw cannot be known. The error's name, not its words: they may quote people. */
function thrown(error: unknown): RetryLater {
  const name = error instanceof Error ? error.name : 'unknown error';
  return { kind: 'retry', afterMs: null, error: name, began: true };
}

function postpone(
  { deps, parts, pace, lane }: LaneParts,
  row: { readonly key: string; readonly attempts: number },
  { afterMs, error, began }: RetryLater,
): { restMs: number; retry: { at: string; error: string; began: boolean } } {
  const delayMs = afterMs ?? backoffMs(row.attempts, pace.backoff, parts.random ?? Math.random);
  const restMs = Math.max(SOONEST_MS, delayMs);
  deps.log.debug({ key: row.key, lane, restMs, error }, 'a delivery is tried again later');
  return { restMs, retry: { at: addMilliseconds(deps.now(), restMs).toISOString(), error, began } };
}
