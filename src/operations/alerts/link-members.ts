import type { Actor } from '../../core/actor.js';
import { incidentName, parseIncidentName, type Instant } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { inviteToChannelIn } from '../incidents/invite-to-channel.js';
import { pageRoleIn } from '../paging/page-role.js';
import { readIncident, type IncidentReading } from '../incidents/read-incident.js';
import { routeOf } from '../paging/route-of.js';
import { acknowledgedWithIn, pagedWithIn } from './share-with-members.js';

export interface LinkMembers {
  readonly umbrella: string;
  readonly members: readonly { readonly incident: string; readonly ownChannel: boolean }[];
  readonly actor: Actor;
  readonly at: Instant;
}

/**
 * Puts incidents below an umbrella, on both sides. Who has no channel of its own is worked in the umbrella's, and is
 * paged with it: the people of its own route that the umbrella has not reached yet are paged for the umbrella.
 */
export async function linkMembersIn(tx: Transaction, deps: Deps, linking: LinkMembers): Promise<void> {
  for (const member of linking.members) {
    const above = await readIncident(tx, linking.umbrella);
    const { incident } = await readIncident(tx, member.incident);
    await linkOne(tx, linking, { above: above.incident, incident, ownChannel: member.ownChannel });
    if (incident.closedAt !== null)
      await recordClosedIn(tx, above.incident.name, { incident, at: linking.at });
    else await shareIn(tx, deps, { ...linking, above, incident, ownChannel: member.ownChannel });
  }
}

async function linkOne(
  tx: Transaction,
  { actor, at }: LinkMembers,
  { above, incident, ownChannel }: { above: Incident; incident: Incident; ownChannel: boolean },
): Promise<void> {
  const { name, agentId, agentLabel } = incident;
  const linked: IncidentEvent = {
    type: 'member:linked',
    data: { incident: name, agentId, at },
    private: agentLabel === null ? null : { agentLabel },
  };
  const below: IncidentEvent = {
    type: 'umbrella:linked',
    data: { umbrella: above.name, ownChannel, at },
  };
  await appendToIncident(tx, { incident: name, events: [below], actor, at });
  // Only what shows members is shown again: everybody who was paged has a message that does not.
  const stream = above.name;
  await tx.append({ stream, events: [linked], actor, occurredAt: at, recordedAt: at });
  await tx.touchSurfacesLater([`card:${stream}`, `announcement:${stream}`], at);
}

type Sharing = Pick<LinkMembers, 'actor' | 'at'> & {
  readonly above: IncidentReading;
  readonly incident: Incident;
  readonly ownChannel: boolean;
};

async function shareIn(tx: Transaction, deps: Deps, sharing: Sharing): Promise<void> {
  const { above, incident, ownChannel, at } = sharing;
  const { incident: umbrella, answer } = above;
  if (!ownChannel && umbrella.chain.page !== null)
    await pagedWithIn(tx, { umbrella: umbrella.name, member: incident.name, at });
  if (answer !== undefined) {
    // From now on: nobody was on this one before it was linked.
    const event = { ...answer, data: { ...answer.data, at } };
    await acknowledgedWithIn(tx, deps, { umbrella, member: incident, event, actor: sharing.actor, at });
  }
  if (ownChannel) return;
  await shareChannelIn(tx, { umbrella: umbrella.name, member: incident.name });
  await pagePeopleOf(tx, deps, sharing);
}

/** The member's messages go where the umbrella's go, as soon as that has a channel. */
async function shareChannelIn(
  tx: Transaction,
  { umbrella, member }: { readonly umbrella: string; readonly member: string },
): Promise<void> {
  const [above, below] = [parseIncidentName(umbrella), parseIncidentName(member)];
  if (above === undefined || below === undefined) return;
  const channelId = (await tx.incident(above.kind, above.number))?.channelId ?? null;
  if (channelId !== null) await tx.setIncident(below.kind, below.number, { channelId });
}

/** One person is paged once for an umbrella, however many of its members are theirs. */
async function pagePeopleOf(
  tx: Transaction,
  deps: Deps,
  { above, incident, actor, at }: Sharing,
): Promise<void> {
  const { incident: umbrella, answer } = above;
  const [role] = routeOf(deps.registry, incident).roles;
  if (role === undefined) return;
  const people = [...new Set(deps.directory.membersOf(role, incident.agentId))];
  for (const user of people) await inviteToChannelIn(tx, umbrella.name, user);
  const paged = new Set(umbrella.pages.flatMap(({ users }) => users));
  const onlyUsers = people.filter((user) => !paged.has(user));
  if (onlyUsers.length === 0 || answer !== undefined) return;
  const attempt = Math.max(0, ...umbrella.pages.map((page) => page.attempt)) + 1;
  const { agentId } = incident;
  const page = { incident: umbrella.name, agentId, role, attempt, actor, at, onlyUsers };
  await pageRoleIn(tx, deps, { ...page, member: incident.name });
}

/** The umbrella hears that a member is closed. */
export async function recordClosedIn(
  tx: Transaction,
  umbrella: string,
  { incident, at }: { readonly incident: Pick<Incident, 'name'>; readonly at: Instant },
): Promise<void> {
  await appendToIncident(tx, {
    incident: umbrella,
    events: [{ type: 'member:closed', data: { incident: incident.name, at } }],
    actor: { kind: 'system', id: 'umbrella', roles: [], via: 'process' },
    at,
    idempotencyKey: `member:closed:${umbrella}:${incident.name}`,
  });
}

/** The umbrella has a channel: from now on its members have it as well. */
export async function shareChannelWithMembersIn(
  tx: Transaction,
  { umbrella, channelId }: { readonly umbrella: string; readonly channelId: string },
): Promise<void> {
  for (const name of await tx.sheltered(umbrella)) {
    const member = parseIncidentName(name);
    if (member === undefined) continue;
    const row = await tx.incident(member.kind, member.number);
    if (row?.channelId === null) await tx.setIncident(member.kind, member.number, { channelId });
    await tx.touchSurfacesOf(incidentName(member.kind, member.number));
  }
}
