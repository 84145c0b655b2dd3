/** Writes down what became of an order at one actuator. Each is written once, however often it is reported. */
import { differenceInMilliseconds } from 'date-fns';
import { systemActor } from '../../core/actor.js';
import type { Order, PointState } from '../../core/containment.js';
import type { ReleaseOutcome } from '../../core/actuator.js';
import type { AckLevel, HaltEvent } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { tellAgainIn } from './order-actuators.js';
import { PLANE_STREAM, readOrder } from '../halting/read-plane.js';
import { settleContainment } from '../points/settle-containment.js';
import { touchHalt } from '../halting/touch-halt.js';

const ACTUATOR = systemActor('actuator');

interface About {
  readonly haltId: string;
  readonly pointId: string;
}

/** The actuator has answered for this order. `quiesced` comes with its time, held against `slaSeconds`. */
export async function recordActuatorLevel(
  deps: Deps,
  about: About & { readonly level: AckLevel; readonly slaSeconds: number | null },
): Promise<void> {
  const { level, slaSeconds } = about;
  const isNew = await write(deps, about, ({ order, point, at }) => {
    if (order.lifted !== null) return [];
    if (point.reached[level] !== undefined && (point.trouble ?? null) === null) return [];
    const { haltId, epoch } = order;
    const { pointId, agentId, instance } = point;
    const inflight = { aborted: [], uncancellable: [], completedAfter: [] };
    const ack = { pointId, agentId, instance, epoch, level, inflight, at };
    const seconds = differenceInMilliseconds(at, order.at) / 1000;
    return [
      { type: 'point:acknowledged', data: { acks: [ack] } },
      // The first time is what the documented one is held against.
      ...(level === 'quiesced' && typeof point.measured?.seconds !== 'number'
        ? [{ type: 'actuator:measured' as const, data: { haltId, pointId, at, seconds, slaSeconds } }]
        : []),
    ];
  });
  if (!isNew) return;
  deps.plane.orders.unsettled = true;
  await settleContainment(deps);
}

/** It had stopped and says otherwise while the order stands: nothing is contained any more, and it is told anew. */
export async function recordActuatorResumed(
  deps: Deps,
  about: About & { readonly state: 'running' | 'stopping' },
): Promise<void> {
  const { haltId, pointId, state } = about;
  const isNew = await write(deps, about, ({ order, point, at }) =>
    order.lifted !== null || point.level !== 'quiesced'
      ? []
      : [{ type: 'actuator:resumed', data: { haltId, pointId, at, state } }],
  );
  if (!isNew) return;
  deps.log.error({ haltId, pointId, state }, 'AN AGENT RUNS AGAIN behind its kill switch: told once more');
  deps.plane.orders.unsettled = true;
  await settleContainment(deps);
}

/** Its documented time is over and it has not said that it stopped. */
export async function recordActuatorLate(
  deps: Deps,
  about: About & { readonly slaSeconds: number },
): Promise<void> {
  const { haltId, pointId, slaSeconds } = about;
  await write(deps, about, ({ order, point, at }) =>
    order.lifted !== null || point.measured !== undefined
      ? []
      : [{ type: 'actuator:measured', data: { haltId, pointId, at, seconds: null, slaSeconds } }],
  );
}

export interface ActuatorFailure extends About {
  readonly verb: 'halt' | 'release';
  readonly attempt: number;
  readonly error: string;
  readonly since: Instant;
}

export async function recordActuatorFailure(deps: Deps, failure: ActuatorFailure): Promise<void> {
  await write(deps, failure, ({ order, at }) =>
    failure.verb === 'halt' && order.lifted !== null
      ? []
      : [{ type: 'actuator:failed', data: { ...failure, at } }],
  );
}

export async function recordActuatorRelease(
  deps: Deps,
  { haltId, pointId, outcome }: About & { readonly outcome: ReleaseOutcome },
): Promise<void> {
  await write(deps, { haltId, pointId }, ({ point, at }) =>
    point.released !== undefined
      ? []
      : [{ type: 'actuator:released', data: { haltId, pointId, at, outcome } }],
  );
}

interface Seen {
  readonly order: Order;
  readonly point: PointState;
  readonly at: Instant;
}

/** An edit notifies nobody: a switch that may hold its agent after the lift gets a message of its own. */
async function isAboutStuck(tx: Transaction, haltId: string, events: readonly HaltEvent[]): Promise<boolean> {
  const isStuckNow = events.some(
    ({ type, data }) =>
      (type === 'actuator:failed' && data.verb === 'release') ||
      (type === 'actuator:released' && data.outcome === 'by-hand'),
  );
  return isStuckNow || (await tx.surface(`stuck-switch:${haltId}`)) !== undefined;
}

/** True where there was something to write. */
async function write(
  deps: Deps,
  { haltId, pointId }: About,
  eventsOf: (seen: Seen) => readonly HaltEvent[],
): Promise<boolean> {
  const isNew = await deps.store.transact(async (tx) => {
    const order = await readOrder(tx, haltId);
    const point = order.points.find((each) => each.pointId === pointId);
    const at = deps.now();
    const events = point === undefined ? [] : eventsOf({ order, point, at });
    if (events.length === 0) return false;
    await tx.append({ stream: PLANE_STREAM, events, actor: ACTUATOR, occurredAt: at, recordedAt: at });
    if (events.some(({ type }) => type === 'actuator:resumed'))
      await tellAgainIn(tx, order, { pointId, again: at });
    await touchHalt(tx, deps.settings, order);
    if (await isAboutStuck(tx, haltId, events)) await touchHalt(tx, deps.settings, order, 'stuck-switch');
    return true;
  });
  if (isNew) deps.wake();
  return isNew;
}
