/** What one alert means for the incidents there are, inside the transaction that stores it. */
import { addMilliseconds } from 'date-fns';
import { agentKey } from '../core/agent-key.js';
import type { Alert } from '../core/alert.js';
import { incidentName, type Instant } from '../core/ids.js';
import type { IncidentEvent } from '../core/incident-events.js';
import type { AlertRow, Transaction } from '../store/types.js';
import { outcomeOf, type AlertOutcome, type Sent } from './alert-outcome.js';
import { appendToIncident } from './append-to-incident.js';
import type { Deps } from './deps.js';
import { findUmbrellaIn, type Shelter } from './find-umbrella.js';
import { joinIncidentIn } from './join-incident.js';
import { linkMembersIn } from './link-members.js';
import { openIncidentIn } from './open-incident.js';
import { readUmbrella } from './read-umbrella.js';

export interface Placing extends Sent {
  readonly at: Instant;
  /** How often it came at once, this one among them. */
  readonly times: number;
}

/** What is about an episode that has its incident: one statement or two. Undefined where there is none that is open. */
export async function repeatAlertIn(tx: Transaction, placing: Placing): Promise<AlertOutcome | undefined> {
  const { alert, at, times } = placing;
  const { dedupKey } = alert;
  if (alert.status === 'resolved') return resolveIn(tx, placing, await tx.alert(dedupKey));
  const incident = await countIn(tx, { dedupKey, more: times, at });
  return incident === undefined ? undefined : outcomeOf(alert, { outcome: 'repeated', incident });
}

/** The same, and where it is new its incident is opened, or the one of its agent joined: dozens of statements. */
export async function placeAlertIn(tx: Transaction, deps: Deps, placing: Placing): Promise<AlertOutcome> {
  const repeated = await repeatAlertIn(tx, placing);
  if (repeated !== undefined) return repeated;
  const { alert, at, times } = placing;
  const { dedupKey } = alert;
  const outcome = await openOrJoinIn(tx, deps, placing);
  if (times > 1) await countIn(tx, { dedupKey, more: times - 1, at });
  return outcome;
}

/** The card tells the count in its own time: thousands of repeats are a few edits. */
const SHOWN_AFTER_MS = 30_000;

/** A repeat changes nothing but the count: the journal is not filled by Alertmanager's repeat interval. */
async function countIn(
  tx: Transaction,
  { dedupKey, more, at }: { readonly dedupKey: string; readonly more: number; readonly at: Instant },
): Promise<string | undefined> {
  const incident = await tx.repeatAlert(dedupKey, more, at);
  if (incident === undefined) return undefined;
  await tx.touchSurfaceLater(`card:${incident}`, addMilliseconds(at, SHOWN_AFTER_MS).toISOString());
  return incident;
}

/** Never closes the incident: that the wire is quiet again says nothing about the harm done. */
async function resolveIn(
  tx: Transaction,
  { alert, actor, at }: Placing,
  row: AlertRow | undefined,
): Promise<AlertOutcome> {
  if (row === undefined)
    return outcomeOf(alert, {
      outcome: 'ignored',
      incident: null,
      note: 'It was resolved before I had heard of it firing.',
    });
  if (row.status === 'resolved') return outcomeOf(alert, { outcome: 'repeated', incident: row.incident });
  const resolved: IncidentEvent = {
    type: 'alert:resolved',
    data: { source: alert.source, dedupKey: alert.dedupKey, at },
  };
  await tx.putAlert({ ...row, status: 'resolved', lastAt: at });
  await appendToIncident(tx, { incident: row.incident, events: [resolved], actor, at });
  return outcomeOf(alert, { outcome: 'resolved', incident: row.incident });
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
    below: umbrella === null ? undefined : (await readUmbrella(tx, umbrella)).incident,
  });
  if (shelter === null) return incident;
  const { cause } = shelter;
  const place = umbrella === null ? 'single' : 'sheltered';
  await tx.putCause({ incident, cause, agent: agentKey(named), openedAt: at, place, umbrella });
  if (umbrella !== null)
    await linkMembersIn(tx, deps, { umbrella, members: [{ incident, ownChannel: false }], actor, at });
  return incident;
}
