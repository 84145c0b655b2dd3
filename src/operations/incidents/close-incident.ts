import { systemActor, type Actor } from '../../core/actor.js';
import { blockingItems, closingGate, describeItem } from '../../core/closing-gate.js';
import type { Order } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import { parseIncidentName, type Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from './append-to-incident.js';
import { allowPress } from '../access/allow-press.js';
import type { Deps } from '../deps.js';
import { extractRunbooks } from '../post-mortem/extract-runbooks.js';
import { refreshTopicNow } from './refresh-topic.js';
import { readIncident, type IncidentReading } from './read-incident.js';
import { render } from '../post-mortem/read-post-mortem.js';
import { readOrdersOf } from '../halting/read-plane.js';
import { recordClosedIn } from '../alerts/link-members.js';
import { replayForPostMortem } from '../post-mortem/replay-for-post-mortem.js';
import { releaseMembersIn } from '../alerts/share-with-members.js';
import { tellPagersIn } from '../paging/tell-pagers.js';

export interface CloseIncident {
  readonly incident: string;
  readonly userId: string;
  readonly actor: Actor;
  /** Closing words; needed where a halt is left standing, and then they say why it may. */
  readonly why: string;
}

/**
 * Closes an incident whose gate is met and drafts its post-mortem from the journal, all in one transaction.
 * DomainError `gate-closed` lists what is missing, who can meet it and how. `first` is false where it was closed.
 */
export async function closeIncident(
  deps: Deps,
  input: CloseIncident,
): Promise<{ draftDigest: string; first: boolean }> {
  const { incident } = await readIncident(deps.store, input.incident);
  const asking = { actor: input.actor, userId: input.userId, what: 'incident:close', incident };
  const actor = await allowPress(deps, 'close', asking);
  const replayed = await replayBeforeClosing(deps, incident, input);
  const result = await deps.store.transact(async (tx) => {
    const reading = await readIncident(tx, incident.name);
    if (reading.incident.closedAt !== null)
      return { draftDigest: reading.incident.postMortem?.digest ?? '', first: false };
    requireGate(reading.incident, await readOrdersOf(tx, reading.incident), input.why);
    const at = deps.now();
    await appendClosing(tx, { reading, actor, at, why: input.why.trim() });
    if (replayed !== null)
      await appendToIncident(tx, { incident: incident.name, events: [replayed], actor: REPLAYER, at });
    await tellOthersIn(tx, deps, { incident: reading.incident, at });
    return { draftDigest: await draft(tx, deps, { incident: reading.incident, actor, at }), first: true };
  });
  deps.wake();
  return result;
}

/** Reading telemetry takes its time, so it is done before; and not for an incident that cannot be closed yet. */
async function replayBeforeClosing(
  deps: Deps,
  incident: Incident,
  { why }: CloseIncident,
): Promise<IncidentEvent | null> {
  if (incident.closedAt !== null) return null;
  requireGate(incident, await readOrdersOf(deps.store, incident), why);
  return replayForPostMortem(deps, incident);
}

const REPLAYER = systemActor('telemetry');

function requireGate(incident: Incident, orders: readonly Order[], why: string): void {
  const missing = blockingItems(closingGate({ incident, orders, leaveStanding: why.trim() !== '' }));
  if (missing.length === 0) return;
  const list = missing.map((item, index) => `${index + 1}. ${describeItem(item)}`).join('\n');
  throw new DomainError('gate-closed', `${incident.name} cannot be closed yet. Still missing:\n${list}`);
}

interface Closing {
  readonly reading: IncidentReading;
  readonly actor: Actor;
  readonly at: Instant;
  readonly why: string;
}

async function appendClosing(tx: Transaction, { reading, actor, at, why }: Closing): Promise<void> {
  const { name } = reading.incident;
  await appendToIncident(tx, {
    incident: name,
    events: [
      { type: 'incident:closed', data: { by: actor.id, at }, private: why === '' ? null : { text: why } },
    ],
    actor,
    at,
    expectedVersion: reading.version,
  });
  const parsed = parseIncidentName(name);
  if (parsed !== undefined) await tx.setIncident(parsed.kind, parsed.number, { open: false });
}

/** Pagers have nothing left to wake anybody for; umbrella and members each learn that the other is closed. */
async function tellOthersIn(
  tx: Transaction,
  deps: Deps,
  { incident, at }: { readonly incident: Incident; readonly at: Instant },
): Promise<void> {
  if (incident.pagers.length > 0)
    await tellPagersIn(tx, deps, { incident: incident.name, verb: 'resolve', at });
  if (incident.umbrella !== null) await recordClosedIn(tx, incident.umbrella.incident, { incident, at });
  if (incident.isUmbrella) await releaseMembersIn(tx, { umbrella: incident, at });
}

/** The draft tells of the closing, so it is drawn after it; the entry that records its digest is not part of it. */
async function draft(
  tx: Transaction,
  deps: Deps,
  { incident, actor, at }: { incident: Incident; actor: Actor; at: Instant },
): Promise<string> {
  const { name } = incident;
  const runbooks = extractRunbooks(deps.registry, incident);
  const { digest } = await render(tx, name, { runbooks, before: Number.MAX_SAFE_INTEGER });
  const key = `post-mortem:${name}`;
  const common = { lane: 'bulk', incident: name } as const;
  await tx.touchSurface({ ...common, key, kind: 'post-mortem', target: 'incident' });
  await tx.touchSurface({
    ...common,
    key: `post-mortem-summary:${name}`,
    kind: 'post-mortem-summary',
    target: 'incident',
    threadOf: key,
  });
  const effect = `post-mortem:post:${name}`;
  await tx.addEffect({ ...common, key: effect, kind: 'post-mortem:post', payload: { incident: name } });
  await appendToIncident(tx, {
    incident: name,
    events: [{ type: 'post-mortem:drafted', data: { digest, at, runbooks } }],
    actor,
    at,
    idempotencyKey: `post-mortem:drafted:${name}`,
  });
  await refreshTopicNow(tx, name);
  return digest;
}
