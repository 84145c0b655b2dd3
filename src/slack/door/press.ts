import type { WebClient } from '@slack/web-api';
import type { Actor } from '../../core/actor.js';
import { systemActor } from '../../core/actor.js';
import type { Deps } from '../../operations/deps.js';
import type { SlackClients } from '../clients.js';
import type { InFlightWork } from './answer.js';
import type { RecentKeys } from './recent-keys.js';
import type { Reply } from './reply.js';
import { inPatience } from './patience.js';

/** What listeners are handed beside the press itself. */
export interface Door {
  readonly deps: Deps;
  readonly clients: SlackClients;
  readonly work: InFlightWork;
  /** Presses that this process has seen. */
  readonly recent: RecentKeys;
}

/** The person who pressed, with the roles that the directory knows; claimed roles are added where they count. */
export function slackActor({ deps }: Door, userId: string): Actor {
  return { kind: 'person', id: userId, roles: [...deps.directory.rolesOf(userId).roles], via: 'slack' };
}

/** A healthy store answers in milliseconds. */
const CLAIM_PATIENCE_MS = 300;

/**
 * True for the first delivery of a press. Known from memory, and from the store for the time before a restart: there
 * a press counts as worked only when it was finished, for nobody knows how far a process came that died over it.
 * When the store cannot say soon, the press counts as the first: every operation is idempotent by itself, and a
 * halt that waits for a lock is worse than an answer given twice.
 */
export async function isFirstDelivery({ deps, recent, work }: Door, key: string): Promise<boolean> {
  if (!recent.add(key)) return false;
  const at = deps.now();
  const claim = deps.store
    .transact(async (tx) => (await tx.claim(key, at)) || tx.claim(finished(key), at))
    .catch((error: unknown) => {
      deps.log.warn({ error: String(error), actor: systemActor('press').id }, 'a press could not be claimed');
      return true;
    });
  return inPatience(work.track(claim), CLAIM_PATIENCE_MS, true);
}

/** The press was worked, or refused: from now on every other delivery of it is a second one. Never rejects. */
export async function finishDelivery({ deps }: Pick<Door, 'deps'>, key: string): Promise<void> {
  await deps.store
    .transact((tx) => tx.claim(finished(key), deps.now()))
    .catch((error: unknown) =>
      deps.log.warn({ error: String(error) }, 'a press could not be marked as worked'),
    );
}

function finished(key: string): string {
  return `${key}:finished`;
}

/**
 * Shows a reply to one person when Slack's own way (the ack, the response_url) is closed: an ephemeral message
 * in the channel, else a direct message.
 */
export async function tellPrivately(
  client: WebClient,
  { userId, channelId, reply }: { userId: string; channelId: string | null; reply: Reply },
): Promise<void> {
  const content = { text: reply.text, ...(reply.blocks === undefined ? {} : { blocks: [...reply.blocks] }) };
  if (channelId !== null) {
    try {
      await client.chat.postEphemeral({ channel: channelId, user: userId, ...content });
      return;
    } catch {
      // Not in the channel, or the channel is gone: the direct message below reaches them all the same.
    }
  }
  const opened = await client.conversations.open({ users: userId });
  if (opened.channel?.id !== undefined)
    await client.chat.postMessage({ channel: opened.channel.id, ...content });
}

/** Posts to a response_url with a deadline of its own; Bolt's `respond` has none. */
export async function postToResponseUrl(url: string, reply: Reply): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      response_type: 'ephemeral',
      replace_original: false,
      text: reply.text,
      blocks: reply.blocks,
    }),
    signal: AbortSignal.timeout(2500),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`response_url answered ${response.status}`);
}
