import { subHours } from 'date-fns';
import { systemActor, type Actor } from '../core/actor.js';
import type { Alert, TripwireName } from '../core/alert.js';
import { ordersInForce, type Order, type Plane } from '../core/containment.js';
import type { HaltEvent } from '../core/halt-events.js';
import { widerOrEqual, type HaltScope } from '../core/halt.js';
import type { Deps } from './deps.js';
import { orderHalt, type HaltOrdered } from './order-halt.js';
import { pageRoleIn } from './page-role.js';
import { readIncident } from './read-incident.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';
import { routeOf } from './route-of.js';

export interface OrderByTripwire {
  readonly alert: Alert;
  readonly incident: string;
  /** The alert has just opened the incident: its people are being paged already. */
  readonly justOpened: boolean;
  /** What the rule that fired may do; the route's mode where left out. */
  readonly mode?: 'page' | 'halt' | undefined;
}

/** What came of it: an order, people instead of one, or nothing because it is stopped already. */
export type ByTripwire =
  | { readonly kind: 'ordered'; readonly order: HaltOrdered }
  | { readonly kind: 'paged' }
  | { readonly kind: 'none' };

const NOTHING: ByTripwire = { kind: 'none' };

/** Alerts that come at once are counted one after the other. */
const turns = new WeakMap<object, Promise<unknown>>();

/**
 * A tripwire whose rule or route says `mode: halt` orders the narrowest halt that stops what fired, and the next wider one
 * when it fires again all the same. It never lifts, and once the orders of an hour are used up it pages people
 * instead: a storm of false alarms must not stop a company.
 */
export async function orderByTripwire(deps: Deps, input: OrderByTripwire): Promise<ByTripwire> {
  const { tripwire } = input.alert;
  const route = tripwire === null ? undefined : deps.registry.routes.get(tripwire);
  if (tripwire === null || (input.mode ?? route?.mode) !== 'halt') return NOTHING;
  const before = turns.get(deps.plane) ?? Promise.resolve();
  const mine = before.then(() => decideOne(deps, { ...input, tripwire }));
  turns.set(
    deps.plane,
    mine.catch(() => undefined),
  );
  return mine;
}

async function decideOne(
  deps: Deps,
  input: OrderByTripwire & { tripwire: TripwireName },
): Promise<ByTripwire> {
  const { alert, incident, tripwire } = input;
  const plane = await readPlane(deps.store);
  const scope = nextScope(deps, alert, ordersInForce(plane));
  if (scope === undefined) return NOTHING;
  const actor = tripwireActor(tripwire);
  if (countByTripwires(deps, plane) >= deps.registry.haltsPerHour) {
    await pageInstead(deps, { ...input, scope, actor });
    return { kind: 'paged' };
  }
  const order = await orderHalt(deps, {
    scope,
    mode: 'deny',
    reason: `The ${tripwire} tripwire fired: ${alert.title}`,
    incident,
    originChannel: null,
    actor,
  });
  return { kind: 'ordered', order };
}

const BY = 'tripwire:';

function tripwireActor(tripwire: TripwireName): Actor {
  return systemActor(`${BY}${tripwire}`);
}

/** By the journal, so that a restart or another process begins no new hour; and what it could not take in yet. */
function countByTripwires({ plane, now }: Deps, { orders }: Plane): number {
  const since = subHours(now(), 1).toISOString();
  const unrecorded = [...plane.orders.unrecorded.values()].map(({ event }) => event.data);
  const given = [...orders.values(), ...unrecorded.filter(({ haltId }) => !orders.has(haltId))];
  return given.filter(({ orderedBy, at }) => orderedBy.startsWith(BY) && at > since).length;
}

/** Never more than the one agent: everything stops only when a person says so. Undefined where that stands already. */
function nextScope(deps: Deps, alert: Alert, standing: readonly Order[]): HaltScope | undefined {
  const { agentId, tool } = alert;
  const agent = agentId === null ? undefined : deps.registry.agents.get(agentId);
  if (agent === undefined) return undefined;
  const declared = agent.tools.find(({ name }) => name === tool)?.actionClass ?? null;
  const actionClass = alert.actionClass ?? declared;
  const within: HaltScope[] = [
    ...(tool === null ? [] : [{ kind: 'tool' as const, tool, agentId: agent.id }]),
    ...(actionClass === null ? [] : [{ kind: 'class' as const, actionClass, agentId: agent.id }]),
    { kind: 'agent', agentId: agent.id },
  ];
  const isStopped = (scope: HaltScope): boolean =>
    standing.some((order) => order.mode === 'deny' && widerOrEqual(order.scope, scope));
  return within.find((scope) => !isStopped(scope));
}

interface Withheld extends OrderByTripwire {
  readonly tripwire: TripwireName;
  readonly scope: HaltScope;
  readonly actor: Actor;
}

/** Paged for it once an hour and incident: a storm of alerts must not become one of pages. */
async function pageInstead(
  deps: Deps,
  { tripwire, scope, incident: name, actor, justOpened }: Withheld,
): Promise<void> {
  const { haltsPerHour } = deps.registry;
  await deps.store.transact(async (tx) => {
    const at = deps.now();
    const data = { tripwire, scope, at, incident: name, haltsPerHour };
    const withheld: HaltEvent = { type: 'halt:withheld', data };
    await tx.append({ stream: PLANE_STREAM, events: [withheld], actor, occurredAt: at, recordedAt: at });
    if (justOpened || !(await tx.claim(`withheld-page:${name}:${at.slice(0, 13)}`, at))) return;
    const { incident } = await readIncident(tx, name);
    const [role] = routeOf(deps.registry, incident).roles;
    if (role === undefined) return;
    const { agentId, pages } = incident;
    await pageRoleIn(tx, deps, { incident: name, role, agentId, attempt: pages.length + 1, actor, at });
  });
  deps.wake();
}
