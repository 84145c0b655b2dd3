/** Posting and changing one message of ours, with everything that Slack may answer. */
import type { WebClient } from '@slack/web-api';
import type { Rendered } from '../../../blocks/rendered.js';
import type { Log } from '../../operations/deps.js';
import { attempt, type Failure, type Refused } from '../failure.js';
import { markBlocks, metadataOf, type Place } from './marker.js';

export interface Delivery {
  readonly client: WebClient;
  readonly log: Log;
  /** Mark of the message, by which it is found again. */
  readonly key: string;
  readonly rendered: Rendered;
}

export type Delivered = { readonly kind: 'ok'; readonly value: string } | Failure;

/** Slack does not take these blocks: the words alone are better than nothing. */
const BAD_BLOCKS: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'invalid_attachments',
]);

/** Not inside a public channel: joining it may be allowed. */
const OUTSIDE: ReadonlySet<string> = new Set(['not_in_channel', 'channel_not_found']);

/** Posts a new message and answers with its `ts`. */
export async function postMessage(delivery: Delivery, { channelId, threadTs }: Place): Promise<Delivered> {
  const { client, key } = delivery;
  return insideOf(client, channelId, () =>
    withBlocksOrWithout(delivery, async (content) => {
      const { ts } = await client.chat.postMessage({
        channel: channelId,
        ...content,
        metadata: metadataOf(key),
        unfurl_links: false,
        unfurl_media: false,
        ...(threadTs === null ? {} : { thread_ts: threadTs }),
      });
      if (ts === undefined) throw new Error('chat.postMessage named no message');
      return ts;
    }),
  );
}

/** Replaces a message. Text without blocks would delete them, so both always go together. */
export async function updateMessage(
  delivery: Delivery,
  { channelId, ts }: { channelId: string; ts: string },
): Promise<Delivered> {
  const { client, key } = delivery;
  return withBlocksOrWithout(delivery, async (content) => {
    await client.chat.update({ channel: channelId, ts, ...content, metadata: metadataOf(key) });
    return ts;
  });
}

/** Makes `call`, once more after joining where the bot was outside. */
export async function insideOf<T>(
  client: WebClient,
  channelId: string,
  call: () => Promise<{ kind: 'ok'; value: T } | Failure>,
): Promise<{ kind: 'ok'; value: T } | Failure> {
  const first = await call();
  if (first.kind !== 'refused' || !OUTSIDE.has(first.error)) return first;
  const joined = await attempt(() => client.conversations.join({ channel: channelId }));
  return joined.kind === 'ok' ? call() : first;
}

interface Content {
  readonly text: string;
  /** Left out for words alone: an empty list is not the same to Slack. */
  readonly blocks?: ReturnType<typeof markBlocks>;
}

async function withBlocksOrWithout(
  { key, log, rendered }: Delivery,
  send: (content: Content) => Promise<string>,
): Promise<Delivered> {
  const blocks = markBlocks(rendered.blocks, key);
  const whole = await attempt(() => send({ text: rendered.text, blocks }));
  if (whole.kind !== 'refused' || !BAD_BLOCKS.has(whole.error)) return whole;
  logBadBlocks(log, key, whole);
  return attempt(() => send({ text: rendered.text }));
}

/** A defect of ours: somebody is looking at words without buttons now. */
function logBadBlocks(log: Log, surface: string, { error, details }: Refused): void {
  log.error({ surface, error, details }, 'slack refused our blocks: the message was sent as text only');
}
