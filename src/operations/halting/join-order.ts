import type { Actor } from '../../core/actor.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { Deps } from '../deps.js';
import type { HaltOrdered } from './order-halt.js';
import { reachContainmentIn } from '../points/reach-containment.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';
import { linkIn } from './record-order.js';
import type { StandingOrder } from './standing-orders.js';
import { touchHalt } from './touch-halt.js';

/** An equal order is in force: an incident that asks for it again leans on it instead of giving a second one. */
export async function joinOrder(
  deps: Deps,
  { standing, incident, actor }: { standing: StandingOrder; incident: string | null; actor: Actor },
): Promise<Pick<HaltOrdered, 'haltId' | 'epoch' | 'expected' | 'uncovered' | 'recorded' | 'existed'>> {
  const { halt, epoch, expected, uncovered } = standing;
  const recorded = !deps.plane.orders.unrecorded.has(halt.id);
  if (incident !== null && recorded) await lean(deps, { haltId: halt.id, incident, actor });
  return { haltId: halt.id, epoch, expected, uncovered, recorded, existed: true };
}

async function lean(
  deps: Deps,
  { haltId, incident, actor }: { haltId: string; incident: string; actor: Actor },
) {
  try {
    await deps.store.transact(async (tx) => {
      const at = deps.now();
      const order = (await readPlane(tx)).orders.get(haltId);
      if (order === undefined || order.incident === incident) return;
      if (!(await linkIn(tx, { haltId, incident, actor, at, recordedAt: at }))) return;
      const joined: HaltEvent = { type: 'halt:joined', data: { haltId, incident } };
      await tx.append({ stream: PLANE_STREAM, events: [joined], actor, occurredAt: at, recordedAt: at });
      if (order.contained !== null) await reachContainmentIn(tx, deps, { order, incident, at });
      await touchHalt(tx, deps.settings, { ...order, alsoIn: [...order.alsoIn, incident] });
    });
    deps.wake();
  } catch (error) {
    deps.log.error(
      { err: error, haltId, incident },
      'halt is in force, but could not be linked to the incident',
    );
  }
}
