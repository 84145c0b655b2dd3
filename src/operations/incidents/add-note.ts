import { createHash } from 'node:crypto';
import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { Instant } from '../../core/ids.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { readIncident } from './read-incident.js';

export interface AddNote {
  readonly incident: string;
  readonly text: string;
  /** Who wrote it: not always who put it on the timeline. */
  readonly by: string;
  /** When it was written. */
  readonly originalAt: Instant;
  readonly permalink: string | null;
  /** The message in the incident's channel; null for a note that never was one. */
  readonly ts: string | null;
  readonly how: 'command' | 'reaction';
  readonly actor: Actor;
}

/** Puts a line on the timeline at its original time; the same message twice is one note. Also after the close. */
export async function addNote(deps: Deps, note: AddNote): Promise<{ added: boolean }> {
  const text = note.text.trim();
  if (text === '') throw new DomainError('invalid-input', 'Write what happened after `/incident note`.');
  if (!Instant.safeParse(note.originalAt).success) {
    throw new DomainError('invalid-input', 'The time of a note looks like 2026-11-20T03:12:00Z.');
  }
  const { by, originalAt, permalink, ts, how } = note;
  const added = await deps.store.transact(async (tx) => {
    const { incident } = await readIncident(tx, note.incident);
    return appendToIncident(tx, {
      incident: incident.name,
      events: [{ type: 'note:added', data: { by, originalAt, permalink, ts, how }, private: { text } }],
      actor: authorise(deps, 'note', note.actor, { incident }),
      at: deps.now(),
      occurredAt: originalAt,
      idempotencyKey: `note:added:${incident.name}:${ts ?? digestOf(`${by} ${originalAt} ${text}`)}`,
    });
  });
  if (added) deps.wake();
  return { added };
}

/** Keys stay when private text is erased, so they never contain it. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
