/** What every interactive payload has in common: who pressed, where, and the ways to answer. */
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { newReference } from './answer.js';
import { slackErrorCode } from './identity.js';
import { postToResponseUrl, tellPrivately, type Door } from './press.js';
import type { Press, Reply } from './reply.js';

/** All we read of any payload; everything else is ignored. */
const Payload = z.object({
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  user: z.object({ id: z.string() }).optional(),
  user_id: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  channel_id: z.string().optional(),
});

export interface Arrival {
  readonly press: Press;
  /** Shows a reply beside the acknowledgement. */
  readonly show: (reply: Reply) => Promise<void>;
}

/** `channelId` where the payload itself names none, as for a modal. */
export function arrivalOf(door: Door, body: unknown, channelId: string | null = null): Arrival {
  const payload = Payload.parse(body);
  const triggerId = payload.trigger_id ?? null;
  const press: Press = {
    reference: newReference(),
    userId: payload.user?.id ?? payload.user_id ?? 'unknown',
    channelId: payload.channel?.id ?? payload.channel_id ?? channelId,
    triggerId,
    openModal: (view) => openModal(door, triggerId, view),
  };
  return { press, show: (reply) => show(door, press, { responseUrl: payload.response_url, reply }) };
}

async function openModal(door: Door, triggerId: string | null, view: ModalView): Promise<void> {
  if (triggerId === null)
    throw new DomainError('expired', 'Slack gave no way to open a form here. Try the slash command.');
  try {
    await door.clients.halt.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    const cause = new Error(slackErrorCode(error) ?? 'no answer', { cause: error });
    throw new DomainError(
      'unavailable',
      'Slack did not open the form: it allows three seconds from the press, and one form. Press again.',
      { cause },
    );
  }
}

/** By the response_url where there is one that works, else privately in the channel, else by direct message. */
async function show(
  { deps, clients }: Door,
  { reference, userId, channelId }: Press,
  { responseUrl, reply }: { responseUrl: string | undefined; reply: Reply },
): Promise<void> {
  if (responseUrl !== undefined) {
    try {
      return await postToResponseUrl(responseUrl, reply);
    } catch (error) {
      deps.log.warn({ reference, error: String(error) }, 'the response_url did not work');
    }
  }
  await tellPrivately(clients.halt, { userId, channelId, reply });
}
