import { subHours, subMinutes } from 'date-fns';
import type { Actor } from '../../core/actor.js';
import type { Alert, TripwireName } from '../../core/alert.js';
import { ordersInForce, type Plane } from '../../core/containment.js';
import { HaltEvent } from '../../core/halt-events.js';
import { widerOrEqual, type HaltScope } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import type { Projection, Reader, Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { PLANE_STREAM, readPlane } from './read-plane.js';

export interface GrantOrder {
  readonly alert: Alert;
  readonly incident: string;
  readonly tripwire: TripwireName;
  readonly actor: Actor;
}

/** What a tripwire may do about its alert; `none` where everything that it may stop is stopped already. */
export type Granted =
  | { readonly kind: 'order' | 'withhold'; readonly scope: HaltScope }
  | { readonly kind: 'none' };

/** Orders of tripwires are known by who gave them. */
export const BY_TRIPWIRE = 'tripwire:';

interface Grant {
  readonly scope: HaltScope;
  readonly at: Instant;
}

/** The grants of the last hour. */
const GRANTS: Projection<readonly Grant[]> = {
  stream: PLANE_STREAM,
  empty: [],
  apply: (grants, { type, data, recordedAt }) => {
    if (type !== 'halt:granted') return grants;
    const event = HaltEvent.parse({ type, data });
    const since = hourBefore(recordedAt);
    return event.type === 'halt:granted' ? [...grants.filter(({ at }) => at > since), event.data] : grants;
  },
  kept: new WeakMap(),
};

/**
 * Decides what a tripwire may order, and writes that down before it is ordered: alerts that come at once, another
 * process, and a restart count by the same journal. The same alert is granted its order once, however often it asks.
 */
export async function grantOrderIn(tx: Transaction, deps: Deps, input: GrantOrder): Promise<Granted> {
  const { alert, incident, tripwire, actor } = input;
  const at = deps.now();
  const isNew = await tx.claim(`tripwire-halt:${incident}:${alert.startsAt}:${alert.dedupKey}`, at);
  const granted = await judgeGrant(tx, deps, { alert, isNew, at });
  if (granted.kind === 'none' || !isNew) return granted;
  const { scope } = granted;
  const { haltsPerHour } = deps.registry;
  const event: HaltEvent = {
    type: granted.kind === 'order' ? 'halt:granted' : 'halt:withheld',
    data: { tripwire, scope, at, incident, haltsPerHour },
  };
  await tx.append({ stream: PLANE_STREAM, events: [event], actor, occurredAt: at, recordedAt: at });
  return granted;
}

/** The same where nothing can be written down. */
export async function judgeGrant(
  store: Reader,
  deps: Deps,
  { alert, isNew, at }: { readonly alert: Alert; readonly isNew: boolean; readonly at: Instant },
): Promise<Granted> {
  const plane = await readPlane(store);
  const grants = (await store.fold(GRANTS)).filter((grant) => grant.at > hourBefore(at));
  const coming = isNew ? grants.filter((grant) => isOnItsWay(grant, plane, at)) : [];
  const scope = nextScope(deps, alert, [...standing(plane), ...coming.map((grant) => grant.scope)]);
  if (scope === undefined) return { kind: 'none' };
  const given = Math.max(grants.length, countOrders(deps, plane, at));
  return { kind: isNew && given >= deps.registry.haltsPerHour ? 'withhold' : 'order', scope };
}

function hourBefore(at: Instant): Instant {
  return subHours(at, 1).toISOString();
}

/** By the journal, and what it could not take in yet: an order without a grant is one that nothing could be written for. */
function countOrders({ plane: { orders: standingOrders } }: Deps, { orders }: Plane, now: Instant): number {
  const since = hourBefore(now);
  const unrecorded = [...standingOrders.unrecorded.values()].map(({ event }) => event.data);
  const given = [...orders.values(), ...unrecorded.filter(({ haltId }) => !orders.has(haltId))];
  return given.filter(({ orderedBy, at }) => orderedBy.startsWith(BY_TRIPWIRE) && at > since).length;
}

/** An order follows its grant at once; one that has not by then was lost with its process. */
const ON_ITS_WAY_MINUTES = 1;

function isOnItsWay(grant: Grant, { orders }: Plane, now: Instant): boolean {
  if (grant.at <= subMinutes(now, ON_ITS_WAY_MINUTES).toISOString()) return false;
  return ![...orders.values()].some(
    ({ orderedBy, scope, at }) =>
      orderedBy.startsWith(BY_TRIPWIRE) && at >= grant.at && isSame(scope, grant.scope),
  );
}

function isSame(a: HaltScope, b: HaltScope): boolean {
  return widerOrEqual(a, b) && widerOrEqual(b, a);
}

function standing(plane: Plane): HaltScope[] {
  return ordersInForce(plane)
    .filter(({ mode }) => mode === 'deny')
    .map(({ scope }) => scope);
}

/** Never more than the one agent: everything stops only when a person says so. Undefined where that stands already. */
function nextScope(
  { registry }: Pick<Deps, 'registry'>,
  { agentId, tool, actionClass: told }: Alert,
  stopped: readonly HaltScope[],
): HaltScope | undefined {
  const agent = agentId === null ? undefined : registry.agents.get(agentId);
  if (agent === undefined) return undefined;
  const actionClass = told ?? agent.tools.find(({ name }) => name === tool)?.actionClass ?? null;
  const within: HaltScope[] = [
    ...(tool === null ? [] : [{ kind: 'tool' as const, tool, agentId: agent.id }]),
    ...(actionClass === null ? [] : [{ kind: 'class' as const, actionClass, agentId: agent.id }]),
    { kind: 'agent', agentId: agent.id },
  ];
  return within.find((scope) => !stopped.some((wider) => widerOrEqual(wider, scope)));
}
