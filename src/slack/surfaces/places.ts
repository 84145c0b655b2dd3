/** Where a surface stands: from `incident`, `user:U…` or a channel's id or name to a channel id. */
import type { WebClient } from '@slack/web-api';
import { parseIncidentName } from '../../core/ids.js';
import type { Deps } from '../../operations/deps.js';
import type { Reader, SurfaceRow } from '../../store/types.js';
import { failureOf } from '../failure.js';
import type { Place } from './marker.js';

export interface Places {
  /** Null while there is no place yet. Throws what Slack throws; UnknownPlace where there never will be one. */
  of(client: WebClient, surface: SurfaceRow): Promise<Place | null>;
  /** A channel's id by its id or name. UnknownPlace where the bot sees none of that name. */
  channelNamed(client: WebClient, nameOrId: string): Promise<string>;
}

/** No such channel, as far as the bot can see. */
export class UnknownPlace extends Error {
  override readonly name = 'UnknownPlace';
}

/** What has been looked up is kept: ids do not change, and a direct message stays open. */
export function createPlaces({ store }: Pick<Deps, 'store'>): Places {
  const directMessages = new Map<string, string>();
  const names = new Map<string, string>();

  const openWith = async (client: WebClient, userId: string): Promise<string> => {
    const known = directMessages.get(userId);
    if (known !== undefined) return known;
    const opened = await client.conversations.open({ users: userId });
    const id = opened.channel?.id;
    if (id === undefined) throw new UnknownPlace('conversations.open named no channel');
    directMessages.set(userId, id);
    return id;
  };

  const channelNamed = async (client: WebClient, nameOrId: string): Promise<string> => {
    const name = nameOrId.replace(/^#/, '');
    if (isChannelId(name)) return name;
    const known = names.get(name) ?? (await findChannelNamed(client, name))?.id;
    if (known === undefined) throw new UnknownPlace('channel_not_found');
    names.set(name, known);
    return known;
  };

  return {
    channelNamed,
    of: async (client, surface) => {
      if (surface.threadOf !== null) return threadOf(store, surface.threadOf);
      const { target, incident } = surface;
      if (target.startsWith('user:'))
        return { channelId: await openWith(client, target.slice('user:'.length)), threadTs: null };
      if (target !== 'incident') return { channelId: await channelNamed(client, target), threadTs: null };
      const channelId = incident === null ? null : await channelOf(store, incident);
      return channelId === null ? null : { channelId, threadTs: null };
    },
  };
}

/** The channel that an incident's messages go to: its own, or the one it fell back to. */
export async function channelOf(store: Reader, incident: string): Promise<string | null> {
  const parsed = parseIncidentName(incident);
  if (parsed === undefined) return null;
  return (await store.incident(parsed.kind, parsed.number))?.channelId ?? null;
}

async function threadOf(store: Reader, key: string): Promise<Place | null> {
  const parent = await store.surface(key);
  if (parent === undefined || parent.ts === null || parent.channelId === null) return null;
  return { channelId: parent.channelId, threadTs: parent.ts };
}

/** Ids are upper case, names are lower case. */
function isChannelId(text: string): boolean {
  return /^[CGD][A-Z0-9]{5,}$/.test(text);
}

export interface ListedChannel {
  readonly id: string;
  readonly name: string;
  readonly creator: string | undefined;
  /** Unix seconds. */
  readonly created: number | undefined;
}

/** Private channels too, where the scope allows; archived ones keep their name and count. */
async function findChannelNamed(client: WebClient, name: string): Promise<ListedChannel | undefined> {
  const [found] = await findChannels(client, new Set([name]));
  return found;
}

/** Every channel that has one of these names, public ones first. */
export async function findChannels(client: WebClient, names: ReadonlySet<string>): Promise<ListedChannel[]> {
  const open = await listChannels(client, 'public_channel', names);
  if (open.length === names.size) return open;
  try {
    return [...open, ...(await listChannels(client, 'private_channel', names))];
  } catch (error) {
    if (failureOf(error).kind === 'refused') return open;
    throw error;
  }
}

async function listChannels(
  client: WebClient,
  types: string,
  names: ReadonlySet<string>,
): Promise<ListedChannel[]> {
  const found: ListedChannel[] = [];
  let cursor: string | undefined;
  do {
    const reply = await client.conversations.list({
      types,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { id, name, creator, created } of reply.channels ?? []) {
      if (id !== undefined && name !== undefined && names.has(name))
        found.push({ id, name, creator, created });
    }
    cursor = reply.response_metadata?.next_cursor;
  } while (cursor !== undefined && cursor !== '');
  return found;
}
