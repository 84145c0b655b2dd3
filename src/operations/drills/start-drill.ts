import type { Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';
import { DomainError } from '../../core/errors.js';
import { incidentName, type Instant } from '../../core/ids.js';
import type { Drill, Registry } from '../../registry/registry.js';
import type { Transaction } from '../../store/types.js';
import { allowPress } from '../access/allow-press.js';
import type { Deps } from '../deps.js';
import { openIncidentIn } from '../incidents/open-incident.js';
import { readIncident } from '../incidents/read-incident.js';

export interface StartDrill {
  readonly drillId: string;
  /** Who plays: the only person whom the drill pages. */
  readonly userId: string;
  readonly actor: Actor;
}

/**
 * Opens an exercise: an incident marked as such, with a synthetic alert, whose halts are rehearsals. A drill
 * that is being run already is joined, so that a double press opens one.
 */
export async function startDrill(
  deps: Deps,
  { drillId, userId, actor }: StartDrill,
): Promise<{ incident: string; existed: boolean }> {
  const drill = drillNamed(deps.registry, drillId);
  const what = `drill:start (${drillId})`;
  const by = await allowPress(deps, 'drill', { actor, userId, what, incident: null });
  const result = await deps.store.transact(async (tx) => {
    const running = await runningDrill(tx, drill.id);
    if (running !== undefined) return { incident: running, existed: true };
    return { incident: await open(tx, deps, { drill, userId, actor: by }), existed: false };
  });
  deps.wake();
  return result;
}

/** DomainError `not-found` lists the drills there are. */
export function drillNamed({ drills }: Registry, drillId: string): Drill {
  const drill = drills.get(drillId);
  if (drill !== undefined) return drill;
  const known = [...drills.keys()].join(', ') || 'none';
  throw new DomainError('not-found', `There is no drill "${drillId}". There are: ${known}.`);
}

/** More exercises than these are never open at once. */
const AT_MOST = 100;

async function runningDrill(tx: Transaction, drillId: string): Promise<string | undefined> {
  const rows = await tx.incidents({ kind: 'drill', open: true, limit: AT_MOST });
  for (const row of rows) {
    const { incident } = await readIncident(tx, incidentName(row.kind, row.number));
    if (incident.drillId === drillId && incident.status !== 'closed') return incident.name;
  }
  return undefined;
}

async function open(
  tx: Transaction,
  deps: Deps,
  { drill, userId, actor }: { drill: Drill; userId: string; actor: Actor },
): Promise<string> {
  const at = deps.now();
  return openIncidentIn(tx, deps, {
    kind: 'drill',
    agentId: drill.agentId,
    agentLabel: null,
    tripwire: drill.tripwire,
    title: drill.title,
    summary: drill.scenario,
    declared: null,
    drillId: drill.id,
    dedupKey: null,
    actor,
    at,
    alert: syntheticAlert(drill, at, deps.newId()),
    onlyUsers: [userId],
  });
}

/** The tripwire is played, so it fires when the drill starts; when the agent acted stays unknown. */
function syntheticAlert({ id, agentId, tripwire, title, scenario }: Drill, at: Instant, run: string): Alert {
  return {
    source: 'drill',
    dedupKey: `drill:${id}:${run}`,
    status: 'firing',
    startsAt: at,
    actionAt: null,
    signalAt: null,
    agentId,
    tool: null,
    actionClass: null,
    tripwire,
    title,
    summary: scenario,
    link: null,
    labels: {},
  };
}
