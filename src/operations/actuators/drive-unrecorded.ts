import { setTimeout as sleep } from 'node:timers/promises';
import { ask, isStanding, type ActuatorDrive } from './drive-actuators.js';
import { haltJobs, type ActuatorJob } from './order-actuators.js';

const PAUSE_MS = 1_000;

/**
 * An order that cannot be written is told to its actuators all the same, from memory, until it is written: then the
 * outbox has it and repeats it under the same message id. Returns the way out.
 */
export function driveUnrecorded(drive: ActuatorDrive): () => void {
  const { plane } = drive.deps;
  const ending = new AbortController();
  const begun = new Set<string>();
  const unsubscribe = plane.subscribe(() => {
    for (const [haltId, { event }] of plane.orders.unrecorded) {
      if (begun.has(haltId)) continue;
      begun.add(haltId);
      for (const job of haltJobs(event)) void tellUnrecorded(drive, job, ending.signal);
    }
  });
  return () => {
    unsubscribe();
    ending.abort();
  };
}

async function tellUnrecorded(drive: ActuatorDrive, job: ActuatorJob, signal: AbortSignal): Promise<void> {
  const { deps, flights } = drive;
  const key = `unrecorded:${job.haltId}:${job.pointId}`;
  const isMine = (): boolean =>
    !signal.aborted && deps.plane.orders.unrecorded.has(job.haltId) && isStanding(deps, job.haltId);
  while (isMine()) {
    const answer = await flights.halt(job.pointId, () => ask(drive, key, { job, verb: 'halt', signal }));
    if (answer.kind === 'state' && answer.state === 'stopped') return;
    await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
