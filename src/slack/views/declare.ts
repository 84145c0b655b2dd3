import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { Surfaced } from '../../core/incident-events.js';
import { addNote } from '../../operations/incidents/add-note.js';
import { declareIncident } from '../../operations/incidents/declare-incident.js';
import { slackActor } from '../door/press.js';
import type { View } from './define-view.js';

/** Where a message shortcut was used: the message belongs on the timeline. */
const Context = z.object({
  message: z
    .object({
      text: z.string(),
      by: z.string(),
      at: z.string(),
      ts: z.string(),
      permalink: z.string().nullable(),
    })
    .nullable()
    .default(null),
});

export const declareView: View = {
  callbackId: 'incident:declare',
  errorAt: 'surfacedAt',
  run: async (door, { press, context, value }) => {
    const surfaced = Surfaced.safeParse(value('surfaced'));
    if (!surfaced.success) throw new DomainError('invalid-input', 'Say how it surfaced.');
    const agentId = value('agent');
    const result = await declareIncident(door.deps, {
      agentId: agentId === 'unknown' ? null : agentId,
      title: value('title') ?? '',
      summary: value('summary') ?? '',
      surfaced: surfaced.data,
      surfacedAt: surfacedAt(value('surfacedAt')),
      userId: press.userId,
      actor: slackActor(door, press.userId),
    });
    const { message } = Context.parse(context ?? {});
    if (message !== null) {
      await addNote(door.deps, {
        incident: result.incident,
        text: message.text,
        by: message.by,
        originalAt: message.at,
        permalink: message.permalink,
        ts: message.ts,
        how: 'reaction',
        actor: slackActor(door, press.userId),
      });
    }
    return {
      text: result.existed
        ? `*${result.incident}* is open for that agent already: what you wrote is on its timeline.`
        : `*${result.incident}* is declared: its channel is being opened.`,
    };
  },
};

/** The date-time picker gives Unix seconds. */
function surfacedAt(picked: string | null): string {
  const seconds = Number(picked);
  if (picked === null || !Number.isFinite(seconds))
    throw new DomainError('invalid-input', 'Say when it came to light.');
  return new Date(seconds * 1000).toISOString();
}
