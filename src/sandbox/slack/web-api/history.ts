/** Reading channels back. Slack leaves metadata out unless it is asked for, and lets only members read. */
import { isTrueIn, objectsIn, textIn, type Json } from '../json.js';
import type { World } from '../world.js';
import { findChannel, whyNotInside } from './channels.js';
import { done, refused } from './reply.js';

const MOST = 999;

/** conversations.history, newest first. */
export async function history(world: World, args: Json): Promise<Json> {
  return read(world, 'conversations.history', args);
}

/** conversations.replies, oldest first, with the parent at the top. */
export async function replies(world: World, args: Json): Promise<Json> {
  return read(world, 'conversations.replies', args);
}

async function read(world: World, method: string, args: Json): Promise<Json> {
  const channel = await findChannel(world, textIn(args, 'channel'));
  const shut = whyNotInside(channel);
  if (shut) return shut;
  const reply = await world.emulator.call('bot', method, { ...args, cursor: '', limit: MOST + 1 });
  if (reply['ok'] !== true) return reply;
  const found = objectsIn(reply, 'messages');
  if (method === 'conversations.replies' && found.length === 0) return refused('thread_not_found');
  return paged(found.filter(isWithin(args)), args);
}

function isWithin(args: Json): (message: Json) => boolean {
  const [oldest, latest] = [Number(args['oldest'] ?? 0), Number(args['latest'] || Infinity)];
  const isInclusive = isTrueIn(args, 'inclusive');
  return (message) => {
    const ts = Number(textIn(message, 'ts'));
    return isInclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
  };
}

function paged(messages: readonly Json[], args: Json): Json {
  const limit = Math.min(Number(args['limit']) || 100, MOST);
  const start = Number(Buffer.from(textIn(args, 'cursor'), 'base64').toString() || 0);
  const end = start + limit;
  const next = end < messages.length ? Buffer.from(String(end)).toString('base64') : '';
  return done({
    messages: messages.slice(start, end).map((message) => shown(message, args)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  });
}

function shown(message: Json, args: Json): Json {
  if (isTrueIn(args, 'include_all_metadata')) return message;
  const { metadata: _metadata, ...rest } = message;
  return rest;
}
