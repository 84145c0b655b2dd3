/** What events say about umbrella and members, on either side. */
import type { IncidentEvent } from './incident-events.js';
import type { Above, Member } from './umbrella.js';

type Event<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

/** On the umbrella: the same incident is a member once. */
export function applyToMembers(
  members: readonly Member[],
  event: Event<'member:linked' | 'member:closed'>,
): readonly Member[] {
  const { incident, at } = event.data;
  if (event.type === 'member:closed')
    return members.map((each) => (each.incident === incident ? { ...each, closedAt: at } : each));
  if (members.some((each) => each.incident === incident)) return members;
  const agent = event.data.agentId ?? event.private?.agentLabel ?? null;
  return [...members, { incident, agent, linkedAt: at, closedAt: null }];
}

/** On the member: it belongs to the umbrella that took it last. */
export function applyToUmbrella(
  above: Above | null,
  { type, data }: Event<'umbrella:linked' | 'umbrella:closed'>,
): Above | null {
  if (type === 'umbrella:linked')
    return { incident: data.umbrella, ownChannel: data.ownChannel, linkedAt: data.at, closedAt: null };
  return above === null || above.incident !== data.umbrella ? above : { ...above, closedAt: data.at };
}
