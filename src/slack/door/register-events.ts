/** Registers events and shortcuts. Events are acknowledged after the work: one lost in a crash comes again. */
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { declareModal } from '../../../blocks/declare-modal.js';
import { homeView } from '../../../blocks/home.js';
import { DomainError } from '../../core/errors.js';
import { listStatus } from '../../operations/halting/list-status.js';
import { pinToTimeline } from '../events/pin-to-timeline.js';
import type { Door } from './press.js';
import { arrivalOf } from './press-of.js';
import { serve } from './serve.js';

/** The reaction that puts a message on the timeline. */
const TIMELINE_EMOJI: ReadonlySet<string> = new Set(['pushpin', 'round_pushpin']);

/** Callback ids of the shortcuts, as the manifest has them: one from anywhere, one from a message. */
export const SHORTCUTS = ['declare_incident', 'declare_incident_from_message'] as const;

export function registerEvents(app: App, door: Door): void {
  app.event('reaction_added', async ({ event }) => {
    if (!TIMELINE_EMOJI.has(event.reaction) || event.item.type !== 'message') return;
    await guarded(door, 'reaction_added', () =>
      pinToTimeline(door, { userId: event.user, channelId: event.item.channel, ts: event.item.ts }),
    );
  });
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    await guarded(door, 'app_home_opened', async () => {
      const view = homeView(await listStatus(door.deps), door.deps.now());
      await door.clients.bulk.views.publish({ user_id: event.user, view });
    });
  });
  for (const shortcut of SHORTCUTS) {
    app.shortcut(shortcut, async ({ body, ack }) => {
      const { press, show } = arrivalOf(door, body);
      await serve(door, {
        press,
        key: press.triggerId,
        what: shortcut,
        work: async () => {
          const message = messageOf(body);
          await press.openModal(
            declareModal({
              agents: [...door.deps.registry.agents.keys()],
              summary: message?.text ?? '',
              now: door.deps.now(),
              channelId: press.channelId,
              message,
            }),
          );
          return undefined;
        },
        delivery: {
          acknowledge: async () => {
            await ack();
            return false;
          },
          show,
        },
      });
    });
  }
}

const MessageShortcut = z.object({
  message: z.object({ text: z.string().default(''), user: z.string().default('unknown'), ts: z.string() }),
});

/** The message a shortcut was used on, cut to what a modal can carry; null for the global shortcut. */
function messageOf(
  body: unknown,
): { text: string; by: string; at: string; ts: string; permalink: null } | null {
  const parsed = MessageShortcut.safeParse(body);
  if (!parsed.success) return null;
  const { text, user, ts } = parsed.data.message;
  return {
    text: text.slice(0, 2000),
    by: user,
    at: new Date(Number(ts) * 1000).toISOString(),
    ts,
    permalink: null,
  };
}

/**
 * An event has nobody waiting: what failed is logged and not acknowledged, so that Slack sends it again. What is
 * refused would be refused again.
 */
async function guarded(door: Door, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await door.work.track(work());
  } catch (error) {
    if (error instanceof DomainError && error.code !== 'unavailable') {
      door.deps.log.info({ what, code: error.code }, 'an event was refused');
      return;
    }
    door.deps.log.error({ what, err: error }, 'an event could not be worked');
    throw error;
  }
}
