import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { sourceStream, type SourceEvent } from '../../core/source-events.js';
import type { SourceSettings } from '../../core/source-settings.js';
import type { Transaction } from '../../store/types.js';
import { allowPress } from '../access/allow-press.js';
import type { Deps } from '../deps.js';
import { readSource } from './read-source.js';
import { requireText } from '../incidents/require-text.js';

export interface PauseSource {
  readonly name: string;
  readonly reason: string;
  readonly actor: Actor;
}

/** From now on posts of this source are stored and answered, and wake nobody until somebody resumes it. */
export async function pauseSource(deps: Deps, input: PauseSource): Promise<{ name: string; by: string }> {
  const { name } = requireSource(deps, input.name);
  const reason = requireText(
    input.reason,
    'Say why: whoever finds it paused has to know whether to resume it.',
  );
  const actor = await allowed(deps, 'pause-source', input);
  await deps.store.transact(async (tx) => {
    const { paused } = await readSource(tx, name);
    if (paused !== null)
      throw new DomainError('already-done', `${name} is paused since ${paused.at}, by ${paused.by}.`);
    const event: SourceEvent = {
      type: 'source:paused',
      data: { by: actor.id, at: deps.now() },
      private: { reason },
    };
    await journal(tx, { name, event, actor, at: event.data.at });
  });
  deps.log.warn({ source: name, by: actor.id }, 'a source is paused: what it posts wakes nobody');
  return { name, by: actor.id };
}

/** What was held is taken in its order, and only then what comes anew. */
export async function resumeSource(
  deps: Deps,
  input: Omit<PauseSource, 'reason'>,
): Promise<{ name: string; held: number }> {
  const { name } = input;
  const actor = await allowed(deps, 'resume-source', input);
  return deps.store.transact(async (tx) => {
    // One that has left sources.yml can still be resumed: something of it may wait.
    if ((await readSource(tx, name)).paused === null)
      throw new DomainError('already-done', `${requireSource(deps, name).name} is not paused.`);
    const held = await tx.countHeldPosts(name);
    const event: SourceEvent = { type: 'source:resumed', data: { by: actor.id, at: deps.now(), held } };
    await journal(tx, { name, event, actor, at: event.data.at });
    return { name, held };
  });
}

/** Whoever may not is on record: a source that somebody wanted silent may say something. */
function allowed(
  deps: Deps,
  permission: 'pause-source' | 'resume-source',
  { name, actor }: { name: string; actor: Actor },
): Promise<Actor> {
  const what = `${permission} (${name.slice(0, 60)})`;
  return allowPress(deps, permission, { actor, userId: actor.id, what, incident: null });
}

async function journal(
  tx: Transaction,
  { name, event, actor, at }: { name: string; event: SourceEvent; actor: Actor; at: string },
): Promise<void> {
  await tx.append({ stream: sourceStream(name), events: [event], actor, occurredAt: at, recordedAt: at });
}

function requireSource({ registry }: Deps, name: string): SourceSettings {
  const source = registry.sources.get(name);
  if (source !== undefined) return source;
  const known = [...registry.sources.keys()].join(', ');
  throw new DomainError(
    'not-found',
    `There is no source ${JSON.stringify(name.slice(0, 60))}. There are ${known}.`,
  );
}
