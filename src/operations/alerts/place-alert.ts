/** What one alert means for the incidents there are, inside the transaction that stores it. */
import { addMilliseconds } from 'date-fns';
import { agentKey } from '../../core/agent-key.js';
import type { Alert } from '../../core/alert.js';
import { incidentName, type Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { AlertRow, Transaction } from '../../store/types.js';
import { endOf, isKnownIn, isOfEarlierIn, keepEndIn, keepStartIn } from './alert-order.js';
import { outcomeOf, type AlertOutcome, type Sent } from './alert-outcome.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { findUmbrellaIn, type Shelter } from './find-umbrella.js';
import { joinIncidentIn } from './join-incident.js';
import { linkMembersIn } from './link-members.js';
import { openIncidentIn } from '../incidents/open-incident.js';
import { raiseSeverityIn } from './raise-severity.js';
import { readIncident } from '../incidents/read-incident.js';

export interface Placing extends Sent {
  readonly at: Instant;
  /** How often it came at once, this one among them. */
  readonly times: number;
}

/** The card tells the count in its own time: thousands of repeats are a few edits. */
const SHOWN_AFTER_MS = 30_000;

/**
 * Counts firing episodes, each so many times, where their incident is open; which incident each has. A repeat changes
 * nothing but the count: the journal is not filled by Alertmanager's repeat interval.
 */
export async function countAlertsIn(
  tx: Transaction,
  { times, at }: { readonly times: ReadonlyMap<string, number>; readonly at: Instant },
): Promise<ReadonlyMap<string, string>> {
  const incidents = await tx.repeatAlerts(times, at);
  const cards = [...new Set(incidents.values())].map((incident) => `card:${incident}`);
  await tx.touchSurfacesLater(cards, addMilliseconds(at, SHOWN_AFTER_MS).toISOString());
  return incidents;
}

/** A repeat is counted, an end is noted; what is new opens its incident or joins the one of its agent: dozens of statements. */
export async function placeAlertIn(tx: Transaction, deps: Deps, placing: Placing): Promise<AlertOutcome> {
  const { alert, at, times } = placing;
  const { dedupKey } = alert;
  if (alert.status === 'resolved') return resolveIn(tx, placing, await tx.alert(dedupKey));
  const counted = await countAlertsIn(tx, { times: new Map([[dedupKey, times]]), at });
  const known = counted.get(dedupKey);
  if (known !== undefined) return outcomeOf(alert, { outcome: 'repeated', incident: known });
  const outcome = (await fireAgainIn(tx, deps, placing)) ?? (await openOrJoinIn(tx, deps, placing));
  if (times > 1) await countAlertsIn(tx, { times: new Map([[dedupKey, times - 1]]), at });
  return endOvertakenIn(tx, placing, outcome);
}

/** A warning that has become critical is a repeat, and its incident is worse than it was; so may be one that began anew. */
export async function raiseByRepeatIn(
  tx: Transaction,
  deps: Deps,
  { incident: name, ...raising }: Sent & { readonly incident: string; readonly at: Instant },
): Promise<void> {
  const { incident } = await readIncident(tx, name);
  await keepStartIn(tx, raising, incident);
  await raiseSeverityIn(tx, deps, { ...raising, incident, how: 'came again' });
}

/**
 * It was over, its incident is open, and it fires again: a further episode, told like all others that join. An episode
 * that we know of comes late, and is over all the same; it opens nothing either where its incident has been closed.
 */
async function fireAgainIn(
  tx: Transaction,
  deps: Deps,
  { alert, actor, at, times }: Placing,
): Promise<AlertOutcome | undefined> {
  const row = await tx.alert(alert.dedupKey);
  if (row?.status !== 'resolved') return undefined;
  const { incident } = await readIncident(tx, row.incident);
  if (await isKnownIn(tx, { alert, at }, incident)) {
    await tx.putAlert({ ...row, count: row.count + times, lastAt: at });
    return outcomeOf(alert, { outcome: 'repeated', incident: row.incident });
  }
  if ((await tx.incident(incident.kind, incident.number))?.open !== true) return undefined;
  await joinIncidentIn(tx, deps, { incident: row.incident, alert, actor, at, again: row });
  return outcomeOf(alert, {
    outcome: 'joined',
    incident: row.incident,
    note: 'It was resolved, and fires again.',
  });
}

/** Never closes the incident: that the wire is quiet again says nothing about the harm done. */
async function resolveIn(
  tx: Transaction,
  placing: Placing,
  row: AlertRow | undefined,
): Promise<AlertOutcome> {
  const { alert } = placing;
  if (row === undefined) {
    await keepEndIn(tx, placing, { isNews: false });
    return outcomeOf(alert, {
      outcome: 'ignored',
      incident: null,
      note: 'It was resolved before I had heard of it firing.',
    });
  }
  const { incident } = row;
  if (row.status === 'resolved') {
    await keepEndIn(tx, placing, { isNews: false });
    return outcomeOf(alert, { outcome: 'repeated', incident });
  }
  if (await isOfEarlierIn(tx, placing, incident))
    return outcomeOf(alert, {
      outcome: 'ignored',
      incident,
      note: 'It ended before it began to fire again: that came first, and stands.',
    });
  await keepEndIn(tx, placing, { isNews: true });
  await endIn(tx, placing, { row, heardAt: alert.heldSince ?? placing.at, endsAt: alert.endsAt });
  return outcomeOf(alert, { outcome: 'resolved', incident });
}

interface End {
  readonly row: AlertRow;
  readonly heardAt: Instant;
  readonly endsAt: Instant | undefined;
}

async function endIn(
  tx: Transaction,
  { alert, actor, at }: Placing,
  { row, heardAt, endsAt }: End,
): Promise<void> {
  const resolved: IncidentEvent = {
    type: 'alert:resolved',
    data: { source: alert.source, dedupKey: alert.dedupKey, at: heardAt, ...(endsAt && { endsAt }) },
  };
  await tx.putAlert({ ...row, status: 'resolved', lastAt: at });
  await appendToIncident(tx, { incident: row.incident, events: [resolved], actor, at });
}

/** What fired has its incident, and people are told; but it fires no more where its end has overtaken it. */
async function endOvertakenIn(
  tx: Transaction,
  placing: Placing,
  outcome: AlertOutcome,
): Promise<AlertOutcome> {
  const end = outcome.outcome === 'repeated' ? undefined : await endOf(tx, placing);
  const row = end === undefined ? undefined : await tx.alert(outcome.dedupKey);
  if (end === undefined || row === undefined) return outcome;
  await endIn(tx, placing, { row, ...end });
  const note = ['It is over already: its end came before it.', outcome.note].filter(Boolean).join(' ');
  return { ...outcome, note };
}

/** A firing alert always belongs to an open incident, also when the one it had has been closed meanwhile. */
async function openOrJoinIn(tx: Transaction, deps: Deps, placing: Placing): Promise<AlertOutcome> {
  const { alert, actor, at } = placing;
  const named = namedIn(deps, alert);
  const key = agentKey(named);
  const open = key === null ? undefined : await tx.openIncidentForAgent(key);
  if (open !== undefined) {
    const incident = incidentName(open.kind, open.number);
    await joinIncidentIn(tx, deps, { incident, alert, actor, at });
    return outcomeOf(alert, { outcome: 'joined', incident, note: named.note });
  }
  const shelter = await findUmbrellaIn(tx, deps, { alert, agent: key, actor, at });
  const incident = await openIn(tx, deps, { ...placing, named, shelter });
  const below = shelter?.umbrella ?? null;
  const note =
    below === null ? named.note : [`Below the umbrella ${below}.`, named.note].filter(Boolean).join(' ');
  return outcomeOf(alert, { outcome: 'opened', incident, note });
}

interface Named {
  readonly agentId: string | null;
  readonly agentLabel: string | null;
  readonly note: string | null;
}

function namedIn({ registry }: Deps, { agentId }: Alert): Named {
  if (agentId === null)
    return {
      agentId,
      agentLabel: null,
      note: 'The alert names no agent (label `agent`): treated as the worst case.',
    };
  if (registry.agents.has(agentId)) return { agentId, agentLabel: null, note: null };
  const note = 'The agent is not in agents.yml: treated as the worst case. Register it.';
  return { agentId: null, agentLabel: agentId, note };
}

async function openIn(
  tx: Transaction,
  deps: Deps,
  { alert, actor, at, named, shelter }: Placing & { readonly named: Named; readonly shelter: Shelter | null },
): Promise<string> {
  const umbrella = shelter?.umbrella ?? null;
  const incident = await openIncidentIn(tx, deps, {
    kind: 'incident',
    agentId: named.agentId,
    agentLabel: named.agentLabel,
    tripwire: alert.tripwire,
    title: alert.title,
    summary: alert.summary,
    declared: null,
    drillId: null,
    dedupKey: alert.dedupKey,
    actor,
    at,
    alert,
    below: umbrella === null ? undefined : (await readIncident(tx, umbrella)).incident,
  });
  if (shelter === null) return incident;
  const { cause } = shelter;
  const place = umbrella === null ? 'single' : 'sheltered';
  await tx.putCause({ incident, cause, agent: agentKey(named), openedAt: at, place, umbrella });
  if (umbrella !== null)
    await linkMembersIn(tx, deps, { umbrella, members: [{ incident, ownChannel: false }], actor, at });
  return incident;
}
