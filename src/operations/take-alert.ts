import type { Actor } from '../core/actor.js';
import { agentKey } from '../core/agent-key.js';
import type { Alert } from '../core/alert.js';
import { DomainError } from '../core/errors.js';
import { incidentName, parseIncidentName, type Instant } from '../core/ids.js';
import type { IncidentEvent } from '../core/incident-events.js';
import type { AlertRow, Transaction } from '../store/types.js';
import { appendToIncident } from './append-to-incident.js';
import type { Deps } from './deps.js';
import { joinIncidentIn } from './join-incident.js';
import { openIncidentIn } from './open-incident.js';
import { orderByTripwire } from './order-by-tripwire.js';

export interface TakeAlert {
  readonly alerts: readonly Alert[];
  readonly actor: Actor;
}

/** What became of one alert. */
export interface AlertOutcome {
  readonly dedupKey: string;
  /**
   * opened: a new incident. joined: further evidence for an open one. repeated: counted only. resolved: noted on
   * its incident, which stays open. ignored: resolved without having been seen. failed: not stored, send again.
   */
  readonly outcome: 'opened' | 'joined' | 'repeated' | 'resolved' | 'ignored' | 'failed';
  readonly incident: string | null;
  /** What the sender should know about it; null where there is nothing to say. */
  readonly note: string | null;
}

/** Two posts may race for the same incident: whoever loses looks again, and joins. */
const ATTEMPTS = 3;

/** Takes each alert by itself, so that one which fails takes none of the others with it. */
export async function takeAlert(deps: Deps, { alerts, actor }: TakeAlert): Promise<AlertOutcome[]> {
  const outcomes: AlertOutcome[] = [];
  for (const alert of alerts) {
    const outcome = await takeOne(deps, alert, actor);
    outcomes.push(outcome);
    await stopWhatFired(deps, alert, outcome);
  }
  if (outcomes.some(({ incident }) => incident !== null)) deps.wake();
  return outcomes;
}

/** The alert is stored and people are paged by now, whatever becomes of the halt. */
async function stopWhatFired(deps: Deps, alert: Alert, { outcome, incident }: AlertOutcome): Promise<void> {
  if (incident === null || (outcome !== 'opened' && outcome !== 'joined')) return;
  try {
    await orderByTripwire(deps, { alert, incident, justOpened: outcome === 'opened' });
  } catch (error) {
    deps.log.error({ err: error, incident }, 'a tripwire could not order its halt: people have been paged');
  }
}

async function takeOne(deps: Deps, alert: Alert, actor: Actor): Promise<AlertOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const at = deps.now();
      return await deps.store.transact((tx) => takeIn(tx, deps, { alert, actor, at }));
    } catch (error) {
      const lostRace = error instanceof DomainError && error.code === 'conflict';
      if (lostRace && attempt < ATTEMPTS) continue;
      deps.log.error({ err: error, source: alert.source }, 'an alert could not be stored');
      return tell(alert, {
        outcome: 'failed',
        incident: null,
        note: 'It could not be stored: send it again.',
      });
    }
  }
}

interface Taking {
  readonly alert: Alert;
  readonly actor: Actor;
  readonly at: Instant;
}

async function takeIn(tx: Transaction, deps: Deps, taking: Taking): Promise<AlertOutcome> {
  const row = await tx.alert(taking.alert.dedupKey);
  if (taking.alert.status === 'resolved') return resolveIn(tx, taking, row);
  if (row !== undefined && (await isOpen(tx, row.incident))) return repeatIn(tx, taking, row);
  return placeIn(tx, deps, taking);
}

/** A repeat changes nothing but the count: the journal is not filled by Alertmanager's repeat interval. */
async function repeatIn(tx: Transaction, { alert, at }: Taking, row: AlertRow): Promise<AlertOutcome> {
  await tx.putAlert({ ...row, status: 'firing', count: row.count + 1, lastAt: at });
  await tx.touchSurfacesOf(row.incident);
  return tell(alert, { outcome: 'repeated', incident: row.incident });
}

/** Never closes the incident: that the wire is quiet again says nothing about the harm done. */
async function resolveIn(
  tx: Transaction,
  { alert, actor, at }: Taking,
  row: AlertRow | undefined,
): Promise<AlertOutcome> {
  if (row === undefined)
    return tell(alert, {
      outcome: 'ignored',
      incident: null,
      note: 'It was resolved before I had heard of it firing.',
    });
  if (row.status === 'resolved') return tell(alert, { outcome: 'repeated', incident: row.incident });
  const resolved: IncidentEvent = {
    type: 'alert:resolved',
    data: { source: alert.source, dedupKey: alert.dedupKey, at },
  };
  await tx.putAlert({ ...row, status: 'resolved', lastAt: at });
  await appendToIncident(tx, { incident: row.incident, events: [resolved], actor, at });
  return tell(alert, { outcome: 'resolved', incident: row.incident });
}

/** A firing alert always belongs to an open incident, also when the one it had has been closed meanwhile. */
async function placeIn(tx: Transaction, deps: Deps, { alert, actor, at }: Taking): Promise<AlertOutcome> {
  const known = alert.agentId !== null && deps.registry.agents.has(alert.agentId);
  const agentId = known ? alert.agentId : null;
  const agentLabel = known ? null : alert.agentId;
  const note = known ? null : noteUnknown(agentLabel);
  const key = agentKey({ agentId, agentLabel });
  const open = key === null ? undefined : await tx.openIncidentForAgent(key);
  if (open !== undefined) {
    const incident = incidentName(open.kind, open.number);
    await joinIncidentIn(tx, deps, { incident, alert, actor, at });
    return tell(alert, { outcome: 'joined', incident, note });
  }
  const incident = await openIncidentIn(tx, deps, {
    kind: 'incident',
    agentId,
    agentLabel,
    tripwire: alert.tripwire,
    title: alert.title,
    summary: alert.summary,
    declared: null,
    drillId: null,
    dedupKey: alert.dedupKey,
    actor,
    at,
    alert,
  });
  return tell(alert, { outcome: 'opened', incident, note });
}

async function isOpen(tx: Transaction, incident: string): Promise<boolean> {
  const parsed = parseIncidentName(incident);
  if (parsed === undefined) return false;
  return (await tx.incident(parsed.kind, parsed.number))?.open === true;
}

function noteUnknown(label: string | null): string {
  return label === null
    ? 'The alert names no agent (label `agent`): treated as the worst case.'
    : 'The agent is not in agents.yml: treated as the worst case. Register it.';
}

function tell(
  { dedupKey }: Alert,
  what: Omit<AlertOutcome, 'dedupKey' | 'note'> & { readonly note?: string | null },
): AlertOutcome {
  return { dedupKey, note: null, ...what };
}
