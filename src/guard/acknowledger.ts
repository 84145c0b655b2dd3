/**
 * Tells the control plane how far this guard has come: at least once, in the end, and always the latest. Three
 * levels, each said only when it is true; a statement that could not be delivered is replaced by a truer one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from './http-client.js';
import { LEVELS, type Reached } from './level.js';

export interface Standing extends Reached {
  readonly planeId: string;
  readonly epoch: number;
  readonly left: boolean;
}

export interface Acknowledger {
  /** Something may have changed. */
  update(): void;
  /** Resolves when the control plane has what is true now, or after `patienceMs`. */
  flush(patienceMs: number): Promise<void>;
  stop(): void;
}

export interface AcknowledgerOptions {
  readonly client: HttpClient;
  readonly point: { readonly pointId: string; readonly agentId: string; readonly instance: string };
  /** How things stand now; undefined while there is nothing to acknowledge. */
  readonly standing: () => Standing | undefined;
  readonly onDelivered: (standing: Standing) => void;
  readonly onTrouble: (error: unknown) => void;
}

const BACKOFF_MS = { first: 100, most: 2_000 };
const REQUEST_MS = 5_000;

export function createAcknowledger(options: AcknowledgerOptions): Acknowledger {
  const stopped = new AbortController();
  let delivered: Standing | undefined;
  let delivering: Promise<void> | undefined;

  async function deliver(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted;) {
      const standing = options.standing();
      if (standing === undefined || isSame(standing, delivered)) return;
      try {
        await send(options, statements(standing, delivered), stopped.signal);
        delivered = standing;
        options.onDelivered(standing);
        failures = 0;
      } catch (error) {
        if (stopped.signal.aborted) return;
        options.onTrouble(error);
        const pauseMs = Math.random() * Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures);
        failures = Math.min(failures + 1, 10);
        await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    }
  }

  function update(): void {
    delivering ??= deliver().finally(() => {
      delivering = undefined;
      if (!stopped.signal.aborted && !isSame(options.standing(), delivered)) update();
    });
  }

  return {
    update,
    async flush(patienceMs) {
      update();
      const patience = sleep(patienceMs, undefined, { ref: false });
      while (delivering !== undefined && !isSame(options.standing(), delivered)) {
        const done = await Promise.race([delivering.then(() => 'done'), patience]);
        if (done === undefined) return;
      }
    },
    stop: () => stopped.abort(),
  };
}

/** Every level reached since the last delivery, so that each has its own record. */
function statements(standing: Standing, delivered: Standing | undefined): Standing[] {
  const known = delivered?.planeId === standing.planeId && delivered.epoch === standing.epoch;
  const reached = LEVELS.indexOf(standing.level);
  const first = known ? Math.min(LEVELS.indexOf(delivered.level) + 1, reached) : 0;
  return LEVELS.slice(first, reached + 1).map((level) => ({ ...standing, level }));
}

async function send(
  { client, point }: AcknowledgerOptions,
  batch: Standing[],
  stopped: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(REQUEST_MS)]);
  await client.post(
    '/v1/acks',
    batch.map((standing) => ({ ...point, ...standing })),
    signal,
  );
}

function isSame(a: Standing | undefined, b: Standing | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
