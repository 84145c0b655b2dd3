import type { Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import { DomainError } from '../../core/errors.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { inviteToChannelIn } from '../incidents/invite-to-channel.js';
import { readIncident } from '../incidents/read-incident.js';
import { roomOf, takeAcknowledgementIn } from './take-acknowledgement.js';

/** Who has the page, and whether this press was the one that took it. */
export interface PageAcknowledgement {
  readonly first: boolean;
  readonly by: string;
  readonly at: Instant;
  readonly incident: string;
}

/**
 * The first press by anybody completes the detection chain. A later one is answered with who was first: an
 * answer, not an error. The page's own delivery need not have been recorded yet.
 */
export async function acknowledgePage(
  deps: Deps,
  input: { incident: string; userId: string; actor: Actor },
): Promise<PageAcknowledgement> {
  const at = deps.now();
  const { userId } = input;
  const acknowledgement = await deps.store.transact(async (tx) => {
    const reading = await readIncident(tx, input.incident);
    const { incident } = reading;
    const earlier = reading.answer?.data;
    if (earlier !== undefined)
      return { first: false, by: earlier.userId, at: earlier.at, incident: incident.name };
    const actor = authorise(deps, 'acknowledge', input.actor, { incident });
    const event = { type: 'page:acknowledged' as const, data: { userId, at }, private: null };
    await takeAcknowledgementIn(tx, deps, { reading, event, actor, at });
    await inviteToChannelIn(tx, roomOf(incident), userId);
    return { first: true, by: userId, at, incident: incident.name };
  });
  deps.wake();
  return acknowledgement;
}

/** The same by a token, for when Slack is away: a token that stands for nobody is on nothing. */
export async function acknowledgeInPerson(
  deps: Deps,
  input: { incident: string; actor: Actor; person: string | null },
): Promise<PageAcknowledgement> {
  const { person, actor } = input;
  if (person === null)
    throw new DomainError(
      'not-allowed',
      'Only a person is on an incident: use a token that stands for one, made with `--person`.',
    );
  return acknowledgePage(deps, { incident: input.incident, userId: person, actor });
}
