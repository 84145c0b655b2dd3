import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { TELEMETRY_STREAM, type TelemetryEvent } from '../../core/telemetry-events.js';
import { allowPress } from '../access/allow-press.js';
import type { Deps } from '../deps.js';
import { releaseOf } from './read-holds.js';
import { readIncident } from '../incidents/read-incident.js';
import { requireText } from '../incidents/require-text.js';

export interface ReleaseHold {
  readonly incident: string;
  readonly reason: string;
  readonly actor: Actor;
  /** The person behind it: a Slack user, or whom the token stands for; null for nobody. */
  readonly person: string | null;
}

/**
 * From the next purge on, what was held for a closed incident is kept no longer than anything else. Cannot be taken
 * back: what the purge has deleted is gone.
 */
export async function releaseHold(
  deps: Deps,
  input: ReleaseHold,
): Promise<{ incident: string; by: string; at: string }> {
  const reason = requireText(input.reason, 'Say why it need not be held any longer: auditors will ask.');
  const { person } = input;
  if (person === null)
    throw new DomainError('not-allowed', 'Only a person releases a hold: use a token that stands for one.');
  const { incident } = await readIncident(deps.store, input.incident);
  const asking = { actor: input.actor, userId: person, what: 'release-hold', incident };
  const actor = await allowPress(deps, 'release-hold', asking);
  const { name } = incident;
  if (incident.closedAt === null)
    throw new DomainError('conflict', `${name} is still open: what it is about is held until it is closed.`);
  const at = deps.now();
  const event: TelemetryEvent = {
    type: 'hold:released',
    data: { incident: name, by: person, at },
    private: { reason },
  };
  await deps.store.transact(async (tx) => {
    const before = await releaseOf(tx, name);
    if (before !== undefined)
      throw new DomainError(
        'already-done',
        `The hold of ${name} was released by ${before.by} at ${before.at}.`,
      );
    await tx.append({ stream: TELEMETRY_STREAM, events: [event], actor, occurredAt: at, recordedAt: at });
  });
  deps.log.warn({ incident: name, by: person }, 'a hold was released: its telemetry may be purged');
  return { incident: name, by: person, at };
}
