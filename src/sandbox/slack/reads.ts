/** Looking at the workspace from above, without asking the bot or its scopes. */
import { objectIn, objectsIn, textIn, textsIn, type Json } from './json.js';
import { allChannels, findChannel, type Channel } from './web-api/channels.js';
import type { World } from './world.js';

/** A message as it stands now. Text is raw, as stored: what Slack would parse is still in it. */
export interface Message {
  readonly channel: string;
  readonly ts: string;
  readonly userId: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  /** `{event_type, event_payload}` when the bot gave any. */
  readonly metadata?: Json;
  /** When it was last changed. */
  readonly edited?: string;
  readonly threadTs?: string;
  readonly replyCount: number;
  readonly isPinned: boolean;
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly files: readonly Json[];
  readonly subtype?: string;
  /** As the Web API would show it. */
  readonly raw: Json;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** Channels it was shared in; empty for a private file. */
  readonly channels: readonly string[];
  readonly bytes: Buffer;
}

/** Messages at the top level of a channel, oldest first. */
export async function messagesIn(world: World, channel: string): Promise<readonly Message[]> {
  const reply = await readAs(world, 'conversations.history', { channel, limit: 1_000 });
  return toMessages(world, channel, objectsIn(reply, 'messages').toReversed());
}

/** A thread, its parent first. */
export async function threadOf(world: World, channel: string, ts: string): Promise<readonly Message[]> {
  const reply = await readAs(world, 'conversations.replies', { channel, ts });
  return toMessages(world, channel, objectsIn(reply, 'messages'));
}

/** One message, in a thread or not. */
export async function messageAt(
  world: World,
  { channel, ts }: { channel: string; ts: string },
): Promise<Message | undefined> {
  return (await threadOf(world, channel, ts)).find((message) => message.ts === ts);
}

/** What the bot and a person said to each other, oldest first. */
export async function directMessages(world: World, userId: string): Promise<readonly Message[]> {
  const channels = await allChannels(world);
  const dm = channels.find(
    (channel) => channel.kind === 'im' && channel.userId === userId && channel.isMember,
  );
  return dm ? messagesIn(world, dm.id) : [];
}

/** Channels, without direct messages. */
export async function namedChannels(world: World): Promise<readonly Channel[]> {
  return (await allChannels(world)).filter(({ kind }) => kind !== 'im');
}

/** A channel by its name or id. */
export async function channelNamed(world: World, name: string): Promise<Channel | undefined> {
  return findChannel(world, name);
}

/** User ids in a channel. */
export async function membersOf(world: World, channel: string): Promise<readonly string[]> {
  return textsIn(await readAs(world, 'conversations.members', { channel }), 'members');
}

/** Messages pinned to a channel. */
export async function pinsIn(world: World, channel: string): Promise<readonly Message[]> {
  const reply = await readAs(world, 'pins.list', { channel });
  const pinned = objectsIn(reply, 'items').map((item) => objectIn(item, 'message'));
  return pinned.map((raw) => toMessage(raw, channel, true));
}

/** Bookmarks of a channel, as Slack describes them. */
export async function bookmarksIn(world: World, channel: string): Promise<readonly Json[]> {
  return objectsIn(await readAs(world, 'bookmarks.list', { channel_id: channel, channel }), 'bookmarks');
}

/** Files that the bot has uploaded, with their bytes. */
export async function storedFiles(world: World): Promise<readonly StoredFile[]> {
  const reply = await world.emulator.call('observer', 'files.list', { count: 1_000 });
  return Promise.all(objectsIn(reply, 'files').map((file) => withBytes(world, file)));
}

async function withBytes(world: World, file: Json): Promise<StoredFile> {
  const path = new URL(textIn(file, 'url_private')).pathname;
  const response = await world.emulator.raw('observer', path, { method: 'GET' });
  return {
    id: textIn(file, 'id'),
    name: textIn(file, 'name'),
    title: textIn(file, 'title'),
    channels: ['channels', 'groups', 'ims'].flatMap((key) => [...textsIn(file, key)]),
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

/** Asks as the bot first, then as each person: somebody inside a private channel can read it. */
async function readAs(world: World, method: string, args: Json): Promise<Json> {
  const actors = ['observer', ...world.settings.users.map(({ id }) => id)];
  for (const actor of actors) {
    const reply = await world.emulator.call(actor, method, args);
    if (reply['ok'] === true) return reply;
  }
  return {};
}

async function toMessages(world: World, channel: string, raws: readonly Json[]): Promise<readonly Message[]> {
  const pinned = new Set((await pinsIn(world, channel)).map(({ ts }) => ts));
  return raws.map((raw) => toMessage(raw, channel, pinned.has(textIn(raw, 'ts'))));
}

function toMessage(raw: Json, channel: string, isPinned: boolean): Message {
  const [edited, threadTs, subtype] = [
    textIn(objectIn(raw, 'edited'), 'ts'),
    textIn(raw, 'thread_ts'),
    textIn(raw, 'subtype'),
  ];
  return {
    channel,
    ts: textIn(raw, 'ts'),
    userId: textIn(raw, 'user'),
    text: textIn(raw, 'text'),
    blocks: objectsIn(raw, 'blocks'),
    ...('metadata' in raw ? { metadata: objectIn(raw, 'metadata') } : {}),
    ...(edited === '' ? {} : { edited }),
    ...(threadTs === '' ? {} : { threadTs }),
    ...(subtype === '' ? {} : { subtype }),
    replyCount: Number(raw['reply_count'] ?? 0),
    isPinned,
    reactions: objectsIn(raw, 'reactions').map((one) => ({
      name: textIn(one, 'name'),
      users: textsIn(one, 'users'),
    })),
    files: objectsIn(raw, 'files'),
    raw,
  };
}
