/**
 * How a message of ours is recognised after a lost answer or a crash: Slack takes no idempotency key. Two marks,
 * because a workspace may strip one: metadata, and the block id of the last block.
 */
import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import type { Block } from '../../../blocks/rendered.js';

const EVENT_TYPE = 'haltline_surface';

/** Pages that are looked through before a message counts as not there. */
const PAGES_MAX = 5;
const PAGE_SIZE = 200;

/** Slack's clock and ours may differ by this much. */
const SKEW_SECONDS = 600;

export function metadataOf(key: string): { event_type: string; event_payload: { key: string } } {
  return { event_type: EVENT_TYPE, event_payload: { key } };
}

/** The same blocks, the last one carrying the mark. */
export function markBlocks(blocks: readonly Block[], key: string): Block[] {
  return blocks.map((block, index) =>
    index === blocks.length - 1 ? { ...block, block_id: blockIdOf(key) } : block,
  );
}

function blockIdOf(key: string): string {
  return `haltline-${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

export interface Place {
  readonly channelId: string;
  /** The thread it stands in; null for the channel itself. */
  readonly threadTs: string | null;
}

export interface Search extends Place {
  readonly key: string;
  /** Nothing older is looked at. */
  readonly since: string | null;
}

interface Found {
  readonly ts?: string | undefined;
  readonly metadata?:
    | { readonly event_type?: string | undefined; readonly event_payload?: unknown }
    | undefined;
  readonly blocks?: readonly { readonly block_id?: string | undefined }[] | undefined;
}

/** The `ts` of our message with this key, newest first; undefined where there is none. Throws what Slack throws. */
export async function findMarked(client: WebClient, search: Search): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { messages, next } = await readPage(client, search, cursor);
    const found = messages.find((message) => isMarked(message, search.key));
    if (found?.ts !== undefined) return found.ts;
    if (next === undefined) return undefined;
    cursor = next;
  }
  return undefined;
}

async function readPage(
  client: WebClient,
  { channelId, threadTs, since }: Search,
  cursor: string | undefined,
): Promise<{ messages: readonly Found[]; next: string | undefined }> {
  const page = {
    channel: channelId,
    include_all_metadata: true,
    limit: PAGE_SIZE,
    ...(since === null ? {} : { oldest: String(Math.floor(Date.parse(since) / 1_000) - SKEW_SECONDS) }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  const reply =
    threadTs === null
      ? await client.conversations.history(page)
      : await client.conversations.replies({ ...page, ts: threadTs });
  const next = reply.response_metadata?.next_cursor;
  return { messages: reply.messages ?? [], next: next === '' ? undefined : next };
}

function isMarked({ metadata, blocks }: Found, key: string): boolean {
  if (metadata?.event_type === EVENT_TYPE && keyIn(metadata.event_payload) === key) return true;
  return blocks?.at(-1)?.block_id === blockIdOf(key);
}

function keyIn(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined;
}
