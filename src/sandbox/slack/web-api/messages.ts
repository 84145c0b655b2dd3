/** Posting and changing messages: Slack's checks, then emulate keeps the message. */
import { announce } from '../events/announce.js';
import { checkMessageBlocks } from '../block-kit/check-message.js';
import { withIds } from '../block-kit/with-ids.js';
import { isObject, objectsIn, textIn, type Json } from '../json.js';
import { APP_ID, BOT_ID, BOT_USER_ID } from '../options.js';
import type { World } from '../world.js';
import { findChannel, type Channel } from './channels.js';
import { refused } from './reply.js';

const UPDATE_TEXT_LIMIT = 4_000;
const MARKDOWN_TEXT_LIMIT = 12_000;
const METADATA_LIMIT = 16_000;
const ONE_MESSAGE_EVERY_MS = 1_000;

/** chat.postMessage. */
export async function postMessage(world: World, args: Json): Promise<Json> {
  const problem = whyBadContent(args);
  if (problem) return problem;
  const ref = textIn(args, 'channel');
  const channel = await findChannel(world, ref);
  const shut =
    whyShut(world, ref, channel) ?? (await whyUnknownThread(world, channel, textIn(args, 'thread_ts')));
  if (shut) return shut;
  const message = { ...content(args), channel: channel?.id ?? ref, bot_id: BOT_ID, app_id: APP_ID };
  const reply = await world.emulator.call('bot', 'chat.postMessage', message);
  await announce(world, { method: 'chat.postMessage', args: message, reply, actor: BOT_USER_ID });
  return reply;
}

/** chat.update. Text without blocks deletes the blocks. */
export async function updateMessage(world: World, args: Json): Promise<Json> {
  if (textIn(args, 'text').length > UPDATE_TEXT_LIMIT) return refused('msg_too_long');
  const problem = whyBadContent(args);
  if (problem) return problem;
  const channel = await findChannel(world, textIn(args, 'channel'));
  if (channel === undefined) return refused('channel_not_found');
  if (channel.isArchived) return refused('is_archived');
  const reply = await world.emulator.call('bot', 'chat.update', content(args));
  await announce(world, { method: 'chat.update', args, reply, actor: BOT_USER_ID });
  return reply;
}

/** chat.postEphemeral. Kept beside emulate, which has no way to read one back. */
export async function postEphemeral(world: World, args: Json): Promise<Json> {
  const problem = whyBadContent(args);
  if (problem) return problem;
  const ref = textIn(args, 'channel');
  const channel = await findChannel(world, ref);
  const shut = whyShut(world, ref, channel);
  if (shut) return shut;
  const message = { ...content(args), channel: channel?.id ?? ref };
  const reply = await world.emulator.call('bot', 'chat.postEphemeral', message);
  if (reply['ok'] !== true) return reply;
  const threadTs = textIn(args, 'thread_ts');
  world.ephemerals.add({
    ts: textIn(reply, 'message_ts'),
    channel: message.channel,
    userId: textIn(args, 'user'),
    text: textIn(args, 'text'),
    blocks: objectsIn(message, 'blocks'),
    ...(threadTs === '' ? {} : { threadTs }),
  });
  return reply;
}

/** Why this content is no message; undefined when it is one. */
export function whyBadContent(args: Json): Json | undefined {
  const markdown = args['markdown_text'];
  if (markdown !== undefined && ('text' in args || 'blocks' in args))
    return refused('markdown_text_conflict');
  if (textIn(args, 'markdown_text').length > MARKDOWN_TEXT_LIMIT) return refused('msg_too_long');
  if (objectsIn(args, 'attachments').length > 100) return refused('too_many_attachments');
  return whyBadMetadata(args['metadata']) ?? checkMessageBlocks(args['blocks']);
}

function whyBadMetadata(metadata: unknown): Json | undefined {
  if (metadata === undefined || metadata === '') return undefined;
  if (!isObject(metadata)) return refused('invalid_metadata_format');
  const isEmpty = Object.keys(metadata).length === 0;
  const isComplete = textIn(metadata, 'event_type') !== '' && isObject(metadata['event_payload']);
  if (!isEmpty && !isComplete) return refused('invalid_metadata_schema');
  return JSON.stringify(metadata).length > METADATA_LIMIT ? refused('metadata_too_large') : undefined;
}

function content({ markdown_text: markdown, token: _token, ...args }: Json): Json {
  const text = markdown === undefined ? {} : { text: markdown };
  return { ...args, ...text, ...('blocks' in args ? { blocks: withIds(objectsIn(args, 'blocks')) } : {}) };
}

function whyShut(world: World, ref: string, channel: Channel | undefined): Json | undefined {
  if (channel === undefined)
    return world.settings.users.some(({ id }) => id === ref) ? undefined : refused('channel_not_found');
  if (channel.isArchived) return refused('is_archived');
  const mayPostOutside = channel.kind === 'public' && world.settings.scopes.includes('chat:write.public');
  if (!channel.isMember && !mayPostOutside) return refused('not_in_channel');
  return whyTooFast(world, channel.id);
}

async function whyUnknownThread(
  world: World,
  channel: Channel | undefined,
  ts: string,
): Promise<Json | undefined> {
  if (channel === undefined || ts === '') return undefined;
  const reply = await world.emulator.call('observer', 'conversations.replies', { channel: channel.id, ts });
  const isKnown = objectsIn(reply, 'messages').length > 0 || reply['ok'] !== true;
  return isKnown ? undefined : refused('thread_not_found');
}

function whyTooFast({ settings, lastPostAt }: World, channel: string): Json | undefined {
  const now = settings.now();
  const isTooFast = now - (lastPostAt.get(channel) ?? -Infinity) < ONE_MESSAGE_EVERY_MS;
  if (settings.limitMessageRate && isTooFast) return refused('ratelimited');
  lastPostAt.set(channel, now);
  return undefined;
}
