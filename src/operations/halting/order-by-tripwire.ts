import { systemActor, type Actor } from '../../core/actor.js';
import type { Alert, TripwireName } from '../../core/alert.js';
import { describeScope, type HaltScope } from '../../core/halt.js';
import type { Transaction } from '../../store/types.js';
import { inAHurry, type Deps } from '../deps.js';
import { BY_TRIPWIRE, grantOrderIn, judgeGrant, type Granted } from './grant-order.js';
import { orderHalt, type HaltOrdered } from './order-halt.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import { pageRoleIn } from '../paging/page-role.js';
import { readIncident } from '../incidents/read-incident.js';
import { routeOf } from '../paging/route-of.js';

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

/**
 * A tripwire whose rule or route says `mode: halt` orders the narrowest halt that stops what fired, and the next wider one
 * when it fires again all the same. It never lifts, and once the orders of an hour are used up it pages people
 * instead: a storm of false alarms must not stop a company.
 */
export async function orderByTripwire(deps: Deps, input: OrderByTripwire): Promise<ByTripwire> {
  const { alert, incident } = input;
  const { tripwire } = alert;
  const route = tripwire === null ? undefined : deps.registry.routes.get(tripwire);
  if (tripwire === null || (input.mode ?? route?.mode) !== 'halt') return { kind: 'none' };
  const wanted = { ...input, tripwire, actor: systemActor(`${BY_TRIPWIRE}${tripwire}`) };
  const granted = await decide(deps, wanted);
  if (granted.kind === 'none') return granted;
  if (granted.kind === 'withhold') {
    deps.wake();
    return { kind: 'paged' };
  }
  const order = await orderHalt(deps, {
    scope: granted.scope,
    mode: 'deny',
    reason: `The ${tripwire} tripwire fired: ${alert.title}`,
    incident,
    originChannel: null,
    actor: wanted.actor,
  });
  return { kind: 'ordered', order };
}

interface Wanted extends OrderByTripwire {
  readonly tripwire: TripwireName;
  readonly actor: Actor;
}

/** By the journal; where that takes nothing in, by what can be read: halting does not wait for a disk. */
async function decide(deps: Deps, wanted: Wanted): Promise<Granted> {
  try {
    return await inAHurry(deps).store.transact((tx) => decideIn(tx, deps, wanted));
  } catch (error) {
    deps.log.error(
      { err: error },
      'what a tripwire may halt could not be written down: judged by what is known',
    );
    return judgeGrant(deps.store, deps, { alert: wanted.alert, isNew: true, at: deps.now() });
  }
}

async function decideIn(tx: Transaction, deps: Deps, wanted: Wanted): Promise<Granted> {
  const granted = await grantOrderIn(tx, deps, wanted);
  if (granted.kind !== 'withhold') return granted;
  await sayWithheldIn(tx, deps, { ...wanted, scope: granted.scope });
  await pageInsteadIn(tx, deps, wanted);
  return granted;
}

/** On the card, once an hour: whoever is paged must not believe that the tripwire has stopped anything. */
async function sayWithheldIn(
  tx: Transaction,
  { registry, now }: Deps,
  { incident, tripwire, actor, scope }: Wanted & { readonly scope: HaltScope },
): Promise<void> {
  const at = now();
  const data = {
    part: 'halt by tripwire',
    error: `${registry.haltsPerHour} orders of this hour are used up`,
    consequence: `The ${tripwire} tripwire would have halted ${describeScope(scope)} and has not: halt it where it is needed.`,
  };
  const idempotencyKey = `halt:withheld:${incident}:${at.slice(0, 13)}`;
  const events = [{ type: 'channel:degraded' as const, data, private: null }];
  await appendToIncident(tx, { incident, events, actor, at, idempotencyKey });
}

/** Paged for it once an hour and incident: a storm of alerts must not become one of pages. */
async function pageInsteadIn(
  tx: Transaction,
  deps: Deps,
  { incident: name, actor, justOpened }: Wanted,
): Promise<void> {
  const at = deps.now();
  if (justOpened || !(await tx.claim(`withheld-page:${name}:${at.slice(0, 13)}`, at))) return;
  const { incident } = await readIncident(tx, name);
  const [role] = routeOf(deps.registry, incident).roles;
  if (role === undefined) return;
  const { agentId, pages } = incident;
  await pageRoleIn(tx, deps, { incident: name, role, agentId, attempt: pages.length + 1, actor, at });
}
