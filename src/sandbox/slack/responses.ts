/** What the bot says back to a person: in the acknowledgement of a command, or through a response URL. */
import { withIds } from './block-kit/with-ids.js';
import { isTrueIn, objectsIn, textIn, type Json } from './json.js';
import { APP_ID, BOT_ID } from './options.js';
import type { Ephemeral } from './state/ephemerals.js';
import type { ResponseTarget } from './state/response-urls.js';
import { done, refused } from './web-api/reply.js';
import { whyBadContent } from './web-api/messages.js';
import type { World } from './world.js';

/** What a response URL answers. */
export interface UrlAnswer {
  readonly status: number;
  readonly body: Json;
}

/** A post to a response URL. */
export async function answerResponseUrl(world: World, id: string, body: Json): Promise<UrlAnswer> {
  const target = world.responseUrls.use(id);
  if (typeof target === 'string') return { status: 404, body: refused(target) };
  const reply = await respond(world, target, body);
  return { status: reply['ok'] === true ? 200 : 400, body: reply };
}

/** Shows a response where it belongs: instead of the original, to everyone, or to the one person. */
export async function respond(world: World, target: ResponseTarget, body: Json): Promise<Json> {
  const problem = whyBadContent(body);
  if (problem) return problem;
  if (isTrueIn(body, 'delete_original')) return removeOriginal(world, target);
  if (isTrueIn(body, 'replace_original')) return replaceOriginal(world, target, body);
  if (!('text' in body || 'blocks' in body)) return refused('no_text');
  if (textIn(body, 'response_type') === 'in_channel') return post(world, target, body);
  world.ephemerals.add(ephemeral(target, body));
  return done();
}

function content(body: Json): { text: string; blocks: readonly Json[] } {
  return { text: textIn(body, 'text'), blocks: withIds(objectsIn(body, 'blocks')) };
}

function ephemeral({ channel, userId }: ResponseTarget, body: Json): Ephemeral {
  const threadTs = textIn(body, 'thread_ts');
  const ts = nextTs();
  return { ts, channel, userId, ...content(body), ...(threadTs === '' ? {} : { threadTs }) };
}

async function removeOriginal(world: World, { channel, messageTs = '' }: ResponseTarget): Promise<Json> {
  if (world.ephemerals.find(messageTs) === undefined) {
    return world.emulator.call('observer', 'chat.delete', { channel, ts: messageTs });
  }
  world.ephemerals.remove(messageTs);
  return done();
}

async function replaceOriginal(world: World, target: ResponseTarget, body: Json): Promise<Json> {
  const { channel, messageTs = '' } = target;
  if (world.ephemerals.find(messageTs) === undefined) {
    return world.emulator.call('observer', 'chat.update', { channel, ts: messageTs, ...content(body) });
  }
  world.ephemerals.replace(messageTs, content(body));
  return done();
}

async function post(world: World, { channel }: ResponseTarget, body: Json): Promise<Json> {
  const thread = textIn(body, 'thread_ts');
  const message = {
    channel,
    ...content(body),
    bot_id: BOT_ID,
    app_id: APP_ID,
    ...(thread && { thread_ts: thread }),
  };
  return world.emulator.call('observer', 'chat.postMessage', message);
}

let counter = 0;

function nextTs(): string {
  counter += 1;
  return `${Math.floor(Date.now() / 1_000)}.9${String(counter).padStart(5, '0')}`;
}
