import { differenceInMilliseconds } from 'date-fns';
import { systemActor } from '../../core/actor.js';
import { incidentName, type Instant } from '../../core/ids.js';
import type { Incident, Page } from '../../core/incident.js';
import { isSheltered } from '../../core/umbrella.js';
import type { Route } from '../../registry/registry.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { pageRoleIn } from './page-role.js';
import { readIncident } from '../incidents/read-incident.js';
import { routeOf } from './route-of.js';
import { pagersFor } from './tell-pagers.js';

/** All that can be open at once, and more. */
const AT_MOST = 1000;

/**
 * A tick: each open incident whose last page nobody acknowledged in the time of its route pages the next role;
 * after the last role, all of them at once, again and again. A page that reached nobody is not waited for.
 * Every attempt has its number on the stream once, so that no replica and no crash repeats it. Returns how many
 * incidents paged again.
 */
export async function escalatePages(deps: Deps): Promise<number> {
  const rows = await deps.store.incidents({ open: true, sheltered: false, limit: AT_MOST });
  let escalated = 0;
  for (const row of rows) {
    const name = incidentName(row.kind, row.number);
    try {
      if (await escalateOne(deps, name)) escalated += 1;
    } catch (error) {
      deps.log.error({ err: error, incident: name }, 'an unacknowledged page could not be escalated');
    }
  }
  if (escalated > 0) deps.wake();
  return escalated;
}

/** Looks outside a transaction first: most incidents have nothing due, and a writer's lock is dear. */
async function escalateOne(deps: Deps, name: string): Promise<boolean> {
  const { incident } = await readIncident(deps.store, name);
  if (rolesDue(deps, incident, deps.now()).length === 0) return false;
  return deps.store.transact(async (tx) => {
    const at = deps.now();
    const current = await readIncident(tx, name);
    const roles = rolesDue(deps, current.incident, at);
    await pageAll(tx, deps, { incident: current.incident, roles, at });
    return roles.length > 0;
  });
}

async function pageAll(
  tx: Transaction,
  deps: Deps,
  { incident, roles, at }: { incident: Incident; roles: readonly string[]; at: Instant },
): Promise<void> {
  const first = lastAttempt(incident) + 1;
  for (const [index, role] of roles.entries()) {
    await pageRoleIn(tx, deps, {
      incident: incident.name,
      agentId: incident.agentId,
      role,
      attempt: first + index,
      actor: systemActor('escalation'),
      at,
      onlyUsers: incident.kind === 'drill' ? participants(incident) : undefined,
    });
  }
}

/** The roles to page now: none, the next of the route, or all of them. */
function rolesDue(deps: Deps, incident: Incident, now: Instant): readonly string[] {
  if (incident.status !== 'open' || incident.chain.acknowledgement !== null) return [];
  if (isSheltered(incident.umbrella)) return [];
  const route = routeOf(deps.registry, incident);
  const paged = incident.pages.filter(({ member }) => member === undefined);
  const next = route.roles.find((role) => paged.every((page) => page.role !== role));
  if (next !== undefined) return isOverdue(incident, route, now) || reachedNobody(incident) ? [next] : [];
  return isOverdue(incident, route, now) && anybodyIn(deps, incident, route) ? route.roles : [];
}

function lastAttempt({ pages }: Incident): number {
  return Math.max(0, ...pages.map(({ attempt }) => attempt));
}

function isOverdue({ pages: all, openedAt }: Incident, route: Route, now: Instant): boolean {
  // People of one member more are no answer to the page of the whole.
  const pages = all.filter(({ member }) => member === undefined);
  const last = pages.reduce((latest, page) => (page.orderedAt > latest ? page.orderedAt : latest), openedAt);
  return differenceInMilliseconds(now, last) >= route.acknowledgeWithinMinutes * 60_000;
}

/** Waiting for an answer makes sense only where somebody was asked. */
function reachedNobody({ pages, pagers }: Incident): boolean {
  const taken = new Set(pagers.flatMap(({ accepted }) => accepted));
  return pages.every((page) => isLost(page) && !taken.has(page.pageId));
}

function isLost({ users, failures }: Page): boolean {
  return users.every((user) => failures.some(({ userId }) => userId === user));
}

/** With nobody in any role the card says so already; repeating it would not page anybody. */
function anybodyIn(deps: Deps, incident: Incident, { roles }: Route): boolean {
  return (
    incident.kind === 'drill' ||
    pagersFor(deps, incident.name).length > 0 ||
    roles.some((role) => deps.directory.membersOf(role, incident.agentId).length > 0)
  );
}

/** A drill reaches only those whom it reached first: whoever started it. */
function participants({ pages }: Incident): readonly string[] {
  return pages[0]?.users ?? [];
}
