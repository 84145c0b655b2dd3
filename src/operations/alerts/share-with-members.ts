/** What happens to an umbrella and holds for its members too: each has it in its own stream, for its own chain. */
import type { Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import { isSheltered, openMembers } from '../../core/umbrella.js';
import { systemActor } from '../../core/actor.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';
import { tellPagersIn } from '../paging/tell-pagers.js';

const UMBRELLA = systemActor('umbrella');

/** The umbrella's first page has gone out: it is the page of every member that is paged with it by then. */
export async function sharePageIn(
  tx: Transaction,
  { umbrella: name, at }: { readonly umbrella: string; readonly at: Instant },
): Promise<void> {
  const { incident: umbrella } = await readIncident(tx, name);
  if (!umbrella.isUmbrella || !(await tx.claim(`umbrella:paged:${umbrella.name}`, at))) return;
  for (const member of await membersOf(tx, umbrella)) {
    if (!isSheltered(member.umbrella)) continue;
    const since = member.umbrella.linkedAt > at ? member.umbrella.linkedAt : at;
    await pagedWithIn(tx, { umbrella: umbrella.name, member: member.name, at: since });
  }
}

/** The page of the umbrella stands for this member, from this moment on. */
export async function pagedWithIn(
  tx: Transaction,
  { umbrella, member, at }: { readonly umbrella: string; readonly member: string; readonly at: Instant },
): Promise<void> {
  await appendToIncident(tx, {
    incident: member,
    events: [{ type: 'umbrella:paged', data: { umbrella, at } }],
    actor: UMBRELLA,
    at,
    idempotencyKey: `umbrella:paged:${umbrella}:${member}`,
  });
}

type Acknowledged = Extract<IncidentEvent, { type: 'page:acknowledged' }>;

export interface ShareAcknowledgement {
  readonly umbrella: Incident;
  readonly event: Acknowledged;
  readonly actor: Actor;
  readonly at: Instant;
}

/** Whoever is on the umbrella is on all of its members that nobody was on. */
export async function shareAcknowledgementIn(
  tx: Transaction,
  deps: Deps,
  sharing: ShareAcknowledgement,
): Promise<void> {
  const { umbrella } = sharing;
  if (!umbrella.isUmbrella) return;
  for (const member of await membersOf(tx, umbrella))
    await acknowledgedWithIn(tx, deps, { ...sharing, member });
}

/** The umbrella's acknowledgement holds for this member, from `event.data.at` on. */
export async function acknowledgedWithIn(
  tx: Transaction,
  deps: Deps,
  { umbrella, member, event, actor, at }: ShareAcknowledgement & { readonly member: Incident },
): Promise<void> {
  if (member.chain.acknowledgement !== null) return;
  const { data } = event;
  await appendToIncident(tx, {
    incident: member.name,
    events: [{ ...event, data: { ...data, umbrella: umbrella.name } }],
    actor,
    at,
    occurredAt: data.at,
    idempotencyKey: `page:acknowledged:${member.name}`,
  });
  if (member.pagers.length > 0)
    await tellPagersIn(tx, deps, { incident: member.name, verb: 'acknowledge', at: data.at });
}

/** The umbrella is closed: whoever is still open stands alone, and is paged by itself where nobody is on it. */
export async function releaseMembersIn(
  tx: Transaction,
  { umbrella, at }: { readonly umbrella: Incident; readonly at: Instant },
): Promise<void> {
  await tx.unshelter(umbrella.name);
  for (const member of await membersOf(tx, umbrella))
    await appendToIncident(tx, {
      incident: member.name,
      events: [{ type: 'umbrella:closed', data: { umbrella: umbrella.name, at } }],
      actor: UMBRELLA,
      at,
    });
}

async function membersOf(tx: Transaction, umbrella: Incident): Promise<Incident[]> {
  const members: Incident[] = [];
  for (const { incident: name } of openMembers(umbrella.members)) {
    const { incident } = await readIncident(tx, name);
    if (incident.closedAt === null && incident.umbrella?.incident === umbrella.name) members.push(incident);
  }
  return members;
}
