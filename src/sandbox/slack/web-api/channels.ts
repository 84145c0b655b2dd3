/** Channels as the checks see them: what kind, whether archived, whether the bot is inside. */
import { objectIn, objectsIn, isTrueIn, textIn, type Json } from '../json.js';
import type { World } from '../world.js';
import type { ChannelKind } from './scopes.js';
import { refused } from './reply.js';

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly isArchived: boolean;
  /** Whether the bot is inside. */
  readonly isMember: boolean;
  readonly topic: string;
  readonly creator: string;
  /** The other side of a direct message. */
  readonly userId?: string;
}

/** Every channel that anybody in the workspace can see, direct messages included. */
export async function allChannels(world: World): Promise<readonly Channel[]> {
  const actors = ['observer', ...world.settings.users.map(({ id }) => id)];
  const lists = await Promise.all(actors.map((actor) => visibleTo(world, actor)));
  const found = new Map<string, Channel>();
  for (const channel of lists.flat()) if (!found.has(channel.id)) found.set(channel.id, channel);
  return [...found.values()];
}

async function visibleTo(world: World, actor: string): Promise<readonly Channel[]> {
  const types = 'public_channel,private_channel,im';
  const reply = await world.emulator.call(actor, 'conversations.list', { types, limit: 1_000 });
  const channels = objectsIn(reply, 'channels').map(readChannel);
  return actor === 'observer' ? channels : channels.map((channel) => ({ ...channel, isMember: false }));
}

/** Finds a channel by id or name, as the bot with all scopes would. */
export async function findChannel(world: World, ref: string): Promise<Channel | undefined> {
  if (ref === '' || isPerson(ref)) return undefined;
  const reply = await world.emulator.call('observer', 'conversations.info', { channel: ref });
  if (reply['ok'] === true) return readChannel(objectIn(reply, 'channel'));
  const name = ref.replace(/^#/, '');
  return (await allChannels(world)).find(
    (channel) => channel.id === ref || (isNamed(channel) && channel.name === name),
  );
}

/** Ids of people begin with U or W; names of channels have no capitals. */
function isPerson(ref: string): boolean {
  return /^[UW]/.test(ref);
}

function isNamed(channel: Channel): boolean {
  return channel.kind !== 'im';
}

/** Why the bot may not act inside this channel; undefined when it may. */
export function whyNotInside(channel: Channel | undefined): Json | undefined {
  if (channel === undefined) return refused('channel_not_found');
  if (!channel.isMember) return refused('not_in_channel');
  return undefined;
}

function readChannel(raw: Json): Channel {
  const userId = textIn(raw, 'user');
  return {
    id: textIn(raw, 'id'),
    name: textIn(raw, 'name'),
    kind: isTrueIn(raw, 'is_im') ? 'im' : isTrueIn(raw, 'is_private') ? 'private' : 'public',
    isArchived: isTrueIn(raw, 'is_archived'),
    isMember: isTrueIn(raw, 'is_member'),
    topic: textIn(objectIn(raw, 'topic'), 'value'),
    creator: textIn(raw, 'creator'),
    ...(userId === '' ? {} : { userId }),
  };
}
