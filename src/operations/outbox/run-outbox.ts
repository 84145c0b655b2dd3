import type { EffectLane } from '../../store/types.js';
import { inAHurry, type Deps } from '../deps.js';
import { LaneLoop } from './lane-loop.js';
import { PostingPlaces } from './posting-places.js';
import { LANE_PACES, type LanePace, type Outbox, type OutboxParts } from './outbox-types.js';

const LANES: readonly EffectLane[] = ['actuator', 'pager:pagerduty', 'pager:webhook', 'halt', 'bulk'];

/**
 * Starts the delivery loops: one a lane, each with its own slots, so that trouble with bulk posts never delays
 * what belongs to a halt. What they do is durable before they do it: killed at any instant, they go on.
 */
export function startOutbox(deps: Deps, parts: OutboxParts): Outbox {
  const places = new PostingPlaces();
  const paceOf = (lane: EffectLane): LanePace => parts.lanes?.[lane] ?? LANE_PACES[lane];
  const loops = new Map(
    LANES.map((lane) => [lane, new LaneLoop({ deps, parts, lane, pace: paceOf(lane), places })]),
  );
  const all = [...loops.values()];
  const watch = wakeWhereDue(inAHurry(deps), loops);
  const wake = (): void => watch.wake();
  const poll = setInterval(wake, parts.pollMs ?? 1000);
  const stop = (): void => {
    clearInterval(poll);
    watch.stop();
    places.stop();
    all.forEach((loop) => loop.stop());
  };
  wake();
  return {
    wake,
    stop,
    drain: (deadlineMs) => {
      stop();
      return within(deadlineMs, Promise.all([watch, ...all].map((each) => each.settled())));
    },
  };
}

/** Wakes the lanes that have something to do: whoever wakes the outbox does not know which. One look at a time. */
function wakeWhereDue({ store, now, log }: Deps, loops: ReadonlyMap<EffectLane, LaneLoop>) {
  let looking: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    try {
      do {
        again = false;
        for (const lane of await store.dueLanes(now())) loops.get(lane)?.wake();
      } while (again && !stopped);
    } catch (error) {
      log.error({ err: error }, 'the outbox could not be read');
    } finally {
      looking = undefined;
    }
  };
  return {
    wake(): void {
      if (stopped) return;
      again = true;
      looking ??= look();
    },
    stop: () => void (stopped = true),
    settled: async () => looking,
  };
}

async function within(deadlineMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), deadlineMs);
  });
  try {
    return await Promise.race([work.then(() => true), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
