import type { Actor } from '../../core/actor.js';
import { agentKey } from '../../core/agent-key.js';
import type { Alert, TripwireName } from '../../core/alert.js';
import { channelName } from '../../core/channel-name.js';
import { incidentName, type IncidentKind, type Instant } from '../../core/ids.js';
import type { IncidentEvent, Surfaced } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { Severity } from '../../core/severity.js';
import type { Transaction } from '../../store/types.js';
import { addChartIn } from '../detection/add-chart.js';
import type { Deps } from '../deps.js';
import { pageRoleIn } from '../paging/page-role.js';
import { severityFor } from '../alerts/raise-severity.js';
import { recordAlertIn } from '../alerts/record-alert.js';
import { routeOf } from '../paging/route-of.js';

export interface OpenIncident {
  readonly kind: IncidentKind;
  /** An agent of the registry; null where it is not known. */
  readonly agentId: string | null;
  /** What the agent was called by an alert or a person, where the registry knows no such agent. */
  readonly agentLabel: string | null;
  readonly tripwire: TripwireName | null;
  readonly title: string;
  readonly summary: string;
  readonly declared: { readonly surfaced: Surfaced; readonly surfacedAt: Instant } | null;
  readonly drillId: string | null;
  readonly dedupKey: string | null;
  readonly actor: Actor;
  readonly at: Instant;
  readonly alert?: Alert | undefined;
  /** Paged and invited in place of the route's members: a drill reaches only who started it. */
  readonly onlyUsers?: readonly string[] | undefined;
  /** It stands for several incidents of one cause. */
  readonly isUmbrella?: boolean | undefined;
  /** The umbrella that it is opened below: it has no channel, no announcement and no page of its own. */
  readonly below?: Incident | undefined;
}

interface Opening extends OpenIncident {
  readonly number: number;
  readonly name: string;
  readonly channelName: string;
  readonly severity: Severity;
}

/**
 * Opens an incident: number, severity, channel, card, first page, in the transaction of the caller. Throws
 * DomainError `conflict` when an open one has this dedup key or this agent: the caller joins that one.
 */
export async function openIncidentIn(tx: Transaction, deps: Deps, input: OpenIncident): Promise<string> {
  const opening = prepare(deps, input, await tx.nextNumber(input.kind));
  const { name, actor, at } = opening;
  await tx.addIncident({
    kind: opening.kind,
    number: opening.number,
    open: true,
    agentId: agentKey(opening),
    dedupKey: opening.dedupKey,
    channelName: opening.channelName,
    channelId: null,
  });
  await tx.append({ stream: name, events: [opened(opening)], actor, occurredAt: at, recordedAt: at });
  if (input.alert !== undefined) await recordAlertIn(tx, { incident: name, alert: input.alert, actor, at });
  if (input.below === undefined) {
    await addSurfaces(tx, deps, opening);
    await addEffects(tx, deps, opening);
    await firstPage(tx, deps, opening);
  } else if (input.below.members.length < CARDS_BELOW) await addCardBelow(tx, opening, input.below);
  return name;
}

function prepare(deps: Deps, input: OpenIncident, number: number): Opening {
  const cause = input.tripwire ?? input.declared?.surfaced ?? null;
  return {
    ...input,
    number,
    name: incidentName(input.kind, number),
    channelName:
      input.below?.channelName ??
      channelName({
        kind: input.kind,
        number,
        agent: input.isUmbrella === true ? 'fleet' : (input.agentId ?? input.agentLabel),
        cause,
      }),
    severity: severityFor(deps.registry, input.agentId, {
      tripwire: input.tripwire,
      severity: input.alert?.severity,
    }),
  };
}

function opened(opening: Opening): IncidentEvent {
  const { number, kind, agentId, agentLabel, tripwire, severity, declared, drillId } = opening;
  return {
    type: 'incident:opened',
    data: {
      number,
      kind,
      agentId,
      agentLabel,
      tripwire,
      severity,
      channelName: opening.channelName,
      declared,
      drillId,
      ...(opening.isUmbrella === true && { umbrella: true }),
    },
    private: { title: opening.title, summary: opening.summary },
  };
}

async function addSurfaces(tx: Transaction, { settings }: Deps, { name }: Opening): Promise<void> {
  const common = { lane: 'bulk', incident: name } as const;
  await tx.touchSurface({ ...common, key: `card:${name}`, kind: 'incident-card', target: 'incident' });
  if (settings.announceChannel === null) return;
  const target = settings.announceChannel;
  await tx.touchSurface({ ...common, key: `announcement:${name}`, kind: 'announcement', target });
}

/** A channel takes about a message a second: whoever comes later is listed by the umbrella, `haltline` and the API. */
const CARDS_BELOW = 50;

/** A member that came late has its card in the thread of the umbrella's. */
async function addCardBelow(
  tx: Transaction,
  { name: incident, alert }: Opening,
  umbrella: Incident,
): Promise<void> {
  const key = `card:${incident}`;
  const threadOf = `card:${umbrella.name}`;
  await tx.touchSurface({ key, kind: 'incident-card', lane: 'bulk', incident, target: 'incident', threadOf });
  if (alert !== undefined) await addChartIn(tx, { incident, alert });
}

/** In the order in which they have to happen: effects of one incident run one after the other. */
async function addEffects(tx: Transaction, deps: Deps, opening: Opening): Promise<void> {
  const { name: incident, alert } = opening;
  const common = { lane: 'bulk', incident } as const;
  const add = (kind: string, key: string, payload: object): Promise<void> =>
    tx.addEffect({ ...common, kind, key, payload: { incident, ...payload } });
  await add('channel:create', `channel:create:${incident}`, {});
  await add('channel:topic', `channel:topic:${incident}:1`, {});
  await add('channel:invite', `channel:invite:${incident}`, { users: invited(deps, opening) });
  if (alert !== undefined && alert.link !== null) {
    const bookmark = { title: `Alert in ${alert.source}`, link: alert.link };
    await add('channel:bookmark', `channel:bookmark:${incident}`, bookmark);
  }
  await add('card:pin', `card:pin:${incident}`, {});
  if (alert !== undefined) await addChartIn(tx, { incident, alert });
}

function invited({ registry, directory }: Deps, opening: Opening): readonly string[] {
  if (opening.onlyUsers !== undefined) return opening.onlyUsers;
  const command = opening.severity === 'sev1' ? ['incident-commander'] : [];
  const roles = [...routeOf(registry, opening).roles, ...command, 'agent-owner', 'scribe'];
  return [...new Set(roles.flatMap((role) => directory.membersOf(role, opening.agentId)))];
}

async function firstPage(tx: Transaction, deps: Deps, opening: Opening): Promise<void> {
  const { name: incident, agentId, actor, at, onlyUsers } = opening;
  const [role = 'on-call-sre'] = routeOf(deps.registry, opening).roles;
  await pageRoleIn(tx, deps, { incident, agentId, role, attempt: 1, actor, at, onlyUsers });
}
