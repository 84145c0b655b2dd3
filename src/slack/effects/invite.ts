/** Brings people into the channel. One who cannot come stops nobody else. */
import { z } from 'zod';
import type { Effector, Outcome } from '../../operations/outbox/outbox-types.js';
import { attempt, retryOf, type Failure } from '../failure.js';
import { degrade, targetOf, type EffectParts } from './effect-parts.js';

const Payload = z.object({ users: z.array(z.string()) });
/** Slack's documents say 100 in one place and 1,000 in another. */
const BATCH = 100;

/** Nothing to do, rather than something that failed. */
const INSIDE: ReadonlySet<string> = new Set(['already_in_channel', 'cant_invite_self']);

interface Invitation {
  readonly incident: string;
  readonly channelId: string;
  readonly users: readonly string[];
}

export function invite(parts: EffectParts): Effector {
  return async (effect) => {
    const { users } = Payload.parse(effect.payload);
    const { incident, channelId, isFallback } = await targetOf(parts, effect);
    if (channelId === null || isFallback) return { kind: 'done' };
    for (let start = 0; start < users.length; start += BATCH) {
      const batch = users.slice(start, start + BATCH);
      const failed = await inviteBatch(parts, { incident: incident.name, channelId, users: batch });
      if (failed !== undefined) return failed;
    }
    return { kind: 'done' };
  };
}

/** All at once; one by one where Slack refuses the whole. Undefined when everybody is in or on record. */
async function inviteBatch(parts: EffectParts, invitation: Invitation): Promise<Outcome | undefined> {
  const { users } = invitation;
  const result = await inviteNow(parts, invitation);
  if (result.kind === 'ok') return recordFailed(parts, invitation, result.value);
  if (result.kind !== 'refused') return retryOf(result, false);
  if (users.length === 1)
    return recordFailed(parts, invitation, [{ user: users[0] ?? '', error: result.error }]);
  for (const user of users) {
    const failed = await inviteBatch(parts, { ...invitation, users: [user] });
    if (failed !== undefined) return failed;
  }
  return undefined;
}

interface NotInvited {
  readonly user: string;
  readonly error: string;
}

/** `force`: the valid ones are invited although others are not. The others come back as `errors`. */
const Reply = z.object({ errors: z.array(z.object({ user: z.string(), error: z.string() })).default([]) });

async function inviteNow(
  { client }: EffectParts,
  { channelId, users }: Invitation,
): Promise<{ kind: 'ok'; value: readonly NotInvited[] } | Failure> {
  return attempt(async () => {
    const reply: unknown = await client.conversations.invite({
      channel: channelId,
      users: users.join(','),
      force: true,
    });
    const parsed = Reply.safeParse(reply);
    return parsed.success ? parsed.data.errors : [];
  });
}

async function recordFailed(
  parts: EffectParts,
  { incident }: Invitation,
  failed: readonly NotInvited[],
): Promise<undefined> {
  for (const { user, error } of failed.filter((each) => !INSIDE.has(each.error))) {
    await degrade(parts, {
      incident,
      part: `invite ${user}`,
      error,
      consequence: 'This person is not in the channel: add them by hand, or reach them another way.',
    });
  }
}
