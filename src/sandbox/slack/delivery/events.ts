/** Delivers events, and delivers them again when nobody acknowledged: at once, after a minute, after five. */
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { APP_ID, BOT_USER_ID, TEAM_ID, type Settings } from '../options.js';
import type { Json } from '../json.js';
import type { Ack, Delivery } from './delivery.js';

export interface EventFeed {
  /** The first acknowledgement; redeliveries go on in the background. Undefined when the app did not subscribe. */
  publish(subscription: string, event: Json): Promise<Ack | undefined>;
  stop(): void;
}

/** Feeds events to one app. */
export function createEventFeed(settings: Settings, delivery: Delivery): EventFeed {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);

  async function redeliver(payload: Json, failure: Ack): Promise<void> {
    let last = failure;
    for (const [index, delayMs] of settings.retryDelaysMs.entries()) {
      if (last.kind === 'acked' || (last.kind === 'failed' && last.isFinal)) return;
      await pause(delayMs, undefined, { signal: stopping.signal, ref: false });
      last = await delivery.send('events_api', payload, {
        attempt: index + 1,
        reason: reasonOf(last, settings),
      });
    }
  }

  return {
    publish: async (subscription, event) => {
      if (!settings.events.includes(subscription)) return undefined;
      const payload = envelope(event);
      const ack = await delivery.send('events_api', payload);
      if (ack.kind !== 'acked') redeliver(payload, ack).catch(() => undefined);
      return ack;
    },
    stop: () => stopping.abort(),
  };
}

function reasonOf(ack: Ack, { delivery }: Settings): string {
  if (ack.kind === 'failed') return ack.reason;
  return delivery === 'socket' ? 'timeout' : 'http_timeout';
}

function envelope(event: Json): Json {
  return {
    token: 'sandbox-verification-token',
    team_id: TEAM_ID,
    api_app_id: APP_ID,
    type: 'event_callback',
    event_id: `Ev${crypto.randomUUID().replaceAll('-', '').slice(0, 12).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM_ID,
        user_id: BOT_USER_ID,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event,
  };
}
