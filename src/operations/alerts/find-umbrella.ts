import { createHash } from 'node:crypto';
import { subMinutes } from 'date-fns';
import type { Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';
import { canonicalJson } from '../../core/canonical-json.js';
import type { Instant } from '../../core/ids.js';
import { causeOf, DEFAULT_UMBRELLA, type Cause, type UmbrellaRule } from '../../core/umbrella.js';
import type { CauseRow, Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { linkMembersIn } from './link-members.js';
import { openIncidentIn } from '../incidents/open-incident.js';
import { recordAlertIn } from './record-alert.js';

/** More than any threshold: who comes again and again is counted once. */
const MOST_GATHERED = 5_000;

export interface FindUmbrella {
  readonly alert: Alert;
  /** What the incident that is about to be opened will be found by; null where nobody knows its agent. */
  readonly agent: string | null;
  readonly actor: Actor;
  readonly at: Instant;
}

/** The cause that a new incident has in common with others, and the umbrella it belongs below. */
export interface Shelter {
  readonly cause: string;
  /** Null while there are too few for one. */
  readonly umbrella: string | null;
}

/**
 * Looks whether this is one more of many: below an umbrella that is open and still gathers, or one too many, for
 * which the umbrella is opened here and takes those that came before. Null where nothing can be said to be common.
 */
export async function findUmbrellaIn(
  tx: Transaction,
  deps: Deps,
  { alert, agent, actor, at }: FindUmbrella,
): Promise<Shelter | null> {
  const common = causeOf(alert);
  if (common === null) return null;
  const rule = deps.registry.umbrella ?? DEFAULT_UMBRELLA;
  const cause = digestOf(common);
  const since = subMinutes(at, rule.withinMinutes).toISOString();
  const open = await tx.openUmbrella(cause);
  const isGathering = open !== undefined && (await tx.causedSince(cause, since, 1)).length > 0;
  if (isGathering) return { cause, umbrella: open };
  const earlier = await tx.causedSince(cause, since, MOST_GATHERED);
  const gathered = earlier.filter(({ umbrella }) => umbrella === null);
  const agents = new Set([...gathered.map((row) => row.agent ?? row.incident), agent ?? '']);
  if (agents.size <= rule.moreThan) return { cause, umbrella: null };
  const umbrella = await openUmbrellaIn(tx, deps, { common, cause, rule, number: agents.size, at });
  await gatherIn(tx, deps, { umbrella, gathered, actor, at });
  return { cause, umbrella };
}

function digestOf(cause: Cause): string {
  return createHash('sha256').update(canonicalJson(cause)).digest('hex').slice(0, 32);
}

interface OpenUmbrella {
  readonly common: Cause;
  readonly cause: string;
  readonly rule: UmbrellaRule;
  readonly number: number;
  readonly at: Instant;
}

/** Its trigger is the moment of one too many; when agents acted is known of each member, not of all. */
async function openUmbrellaIn(tx: Transaction, deps: Deps, opening: OpenUmbrella): Promise<string> {
  const { common, cause, rule, number, at } = opening;
  const { tripwire } = common;
  const what = common.rule ?? tripwire ?? 'unknown';
  const title = `${what}: ${number} incidents within ${rule.withinMinutes} minutes`;
  const summary = 'One cause, many agents: each has an incident of its own below this one.';
  const umbrella = await openIncidentIn(tx, deps, {
    kind: 'incident',
    agentId: null,
    agentLabel: null,
    tripwire,
    title,
    summary,
    declared: null,
    drillId: null,
    dedupKey: null,
    actor: UMBRELLA,
    at,
    isUmbrella: true,
  });
  const alert = crossing({ dedupKey: `umbrella:${umbrella}:${at}`, tripwire, title, summary, at });
  await recordAlertIn(tx, { incident: umbrella, alert, actor: UMBRELLA, at });
  await tx.putCause({
    incident: umbrella,
    cause,
    agent: null,
    openedAt: at,
    place: 'umbrella',
    umbrella: null,
  });
  return umbrella;
}

const UMBRELLA: Actor = { kind: 'system', id: 'umbrella', roles: [], via: 'process' };

function crossing({
  at,
  ...facts
}: Pick<Alert, 'dedupKey' | 'tripwire' | 'title' | 'summary'> & { readonly at: Instant }): Alert {
  return {
    ...facts,
    source: 'haltline',
    status: 'firing',
    startsAt: at,
    actionAt: null,
    signalAt: null,
    agentId: null,
    tool: null,
    actionClass: null,
    link: null,
    labels: {},
  };
}

/** Those from before the threshold keep the channels and pages they have. */
async function gatherIn(
  tx: Transaction,
  deps: Deps,
  {
    umbrella,
    gathered,
    actor,
    at,
  }: {
    readonly umbrella: string;
    readonly gathered: readonly CauseRow[];
    readonly actor: Actor;
    readonly at: Instant;
  },
): Promise<void> {
  for (const row of gathered) await tx.putCause({ ...row, place: 'member', umbrella });
  const members = gathered.map(({ incident }) => ({ incident, ownChannel: true }));
  await linkMembersIn(tx, deps, { umbrella, members, actor, at });
}
