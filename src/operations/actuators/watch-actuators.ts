/**
 * "Stopped" was true when it was said. While the order stands an actuator is asked again and again, at a slow pace,
 * whether it still is: somebody at the vendor may have started the agent. One that cannot be asked is told the order
 * anew now and then, which stops what was started and says how it stands.
 */
import type { ActuatorAnswer } from '../../actuators/types.js';
import { ordersInForce, type Order } from '../../core/containment.js';
import { isStanding, noteFailure, orderOf, polled, slaOf, type ActuatorDrive } from './drive-actuators.js';
import { jobOf } from './order-actuators.js';
import { readPlane } from '../halting/read-plane.js';
import { recordActuatorLevel, recordActuatorResumed } from './record-actuator.js';

/** One that cannot be asked is told in each such turn only. */
const TOLD_EVERY = 10;

/** The slow pace, one turn a call; cheap while no order stands or no agent has a switch. */
export function createActuatorWatch(drive: ActuatorDrive): () => Promise<void> {
  const { deps, actuators } = drive;
  let turn = 0;
  return async () => {
    if (actuators.size === 0 || deps.plane.orders.halts().length === 0) return;
    turn += 1;
    const stopped = stoppedSwitches(ordersInForce(await readPlane(deps.store)));
    const mayTell = turn % TOLD_EVERY === 0;
    await Promise.all([...stopped].map(([pointId, orders]) => look(drive, { pointId, orders, mayTell })));
  };
}

/** Switches that have said `stopped`, each with the orders that rest on it. */
function stoppedSwitches(orders: readonly Order[]): ReadonlyMap<string, readonly Order[]> {
  const stopped = new Map<string, Order[]>();
  for (const order of orders)
    for (const { pointId, kind, level } of order.points)
      if (kind === 'actuator' && level === 'quiesced')
        stopped.set(pointId, [...(stopped.get(pointId) ?? []), order]);
  return stopped;
}

interface Look {
  readonly pointId: string;
  readonly orders: readonly Order[];
  readonly mayTell: boolean;
}

async function look(drive: ActuatorDrive, { pointId, orders, mayTell }: Look): Promise<void> {
  const newest = orders.at(-1);
  const answer =
    newest === undefined ? undefined : await askAgain(drive, { pointId, order: newest, mayTell });
  if (answer === undefined) return;
  // A lift that came meanwhile has its own way with the switch.
  for (const order of orders)
    if (isStanding(drive.deps, order.haltId)) await note(drive, answer, { order, pointId });
}

/** Undefined where it is neither to be asked nor to be told in this turn. */
async function askAgain(
  { deps, actuators, flights }: ActuatorDrive,
  { pointId, order, mayTell }: { pointId: string; order: Order; mayTell: boolean },
): Promise<ActuatorAnswer | undefined> {
  const actuator = actuators.get(pointId);
  if (actuator === undefined) return undefined;
  if (actuator.poll !== null) return polled(await actuator.poll());
  if (!mayTell) return undefined;
  const told = orderOf(deps, jobOf(order, { pointId, again: deps.now() }), 'halt');
  const answer = await flights.halt(pointId, () => actuator.halt(told));
  return answer.kind === 'received' ? undefined : answer;
}

async function note(
  drive: ActuatorDrive,
  answer: ActuatorAnswer,
  { order, pointId }: { readonly order: Order; readonly pointId: string },
): Promise<void> {
  const { deps, tries } = drive;
  const about = { haltId: order.haltId, pointId };
  const key = `watch:${about.haltId}:${pointId}`;
  if (answer.kind === 'refused' || answer.kind === 'failed')
    return noteFailure(drive, key, { job: about, verb: 'halt', error: answer.error });
  tries.forget(key);
  if (answer.kind !== 'state') return;
  const { state } = answer;
  if (state !== 'stopped') return recordActuatorResumed(deps, { ...about, state });
  const { trouble } = order.points.find((point) => point.pointId === pointId) ?? {};
  if (trouble === undefined || trouble === null) return;
  // It can be asked again, and still is stopped.
  const slaSeconds = slaOf(deps, pointId);
  await recordActuatorLevel(deps, { ...about, level: 'quiesced', slaSeconds });
}
