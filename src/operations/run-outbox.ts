import type { EffectLane } from '../store/types.js';
import type { Deps } from './deps.js';
import { LaneLoop } from './lane-loop.js';
import { LANE_PACES, type Outbox, type OutboxParts } from './outbox-types.js';

/**
 * Starts the delivery loops: one a lane, each with its own slots, so that trouble with bulk posts never delays
 * what belongs to a halt. What they do is durable before they do it: killed at any instant, they go on.
 */
export function startOutbox(deps: Deps, parts: OutboxParts): Outbox {
  const lanes: readonly EffectLane[] = ['actuator', 'pager:pagerduty', 'pager:webhook', 'halt', 'bulk'];
  const loops = lanes.map(
    (lane) => new LaneLoop({ deps, parts, lane, pace: parts.lanes?.[lane] ?? LANE_PACES[lane] }),
  );
  const wake = (): void => loops.forEach((loop) => loop.wake());
  const poll = setInterval(wake, parts.pollMs ?? 1000);
  const stop = (): void => {
    clearInterval(poll);
    loops.forEach((loop) => loop.stop());
  };
  wake();
  return {
    wake,
    stop,
    drain: (deadlineMs) => {
      stop();
      return within(deadlineMs, Promise.all(loops.map((loop) => loop.settled())));
    },
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
