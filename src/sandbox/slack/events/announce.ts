/** Tells the app what happened in the workspace, whoever did it: its own acts come back to it as well. */
import { objectIn, objectsIn, textIn, type Json } from '../json.js';
import type { Ack } from '../delivery/delivery.js';
import { BOT_USER_ID, TEAM_ID } from '../options.js';
import { findChannel, type Channel } from '../web-api/channels.js';
import type { World } from '../world.js';

/** Something done through the Web API, by the bot or by a person. */
export interface Deed {
  readonly method: string;
  readonly args: Json;
  readonly reply: Json;
  /** The user id of whoever did it. */
  readonly actor: string;
}

interface Happening {
  readonly subscription: string;
  readonly event: Json;
}

const MESSAGE_SUBSCRIPTION = { public: 'message.channels', private: 'message.groups', im: 'message.im' };
const CHANNEL_TYPE = { public: 'channel', private: 'group', im: 'im' };

/** Resolves at once for the bot's own deeds, and with the acknowledgements for those of people. */
export async function announce(world: World, deed: Deed): Promise<readonly Ack[]> {
  if (deed.reply['ok'] !== true) return [];
  const channel = await findChannel(world, channelOf(deed));
  if (channel === undefined || !(channel.isMember || hasLeft(deed))) return [];
  const sent = happenings(deed, channel).map(({ subscription, event }) =>
    world.events.publish(subscription, event),
  );
  if (deed.actor === BOT_USER_ID) return [];
  return (await Promise.all(sent)).filter((ack) => ack !== undefined);
}

function channelOf({ args, reply }: Deed): string {
  return textIn(reply, 'channel') || textIn(args, 'channel') || textIn(args, 'channel_id');
}

function hasLeft({ method }: Deed): boolean {
  return method === 'conversations.leave';
}

function happenings(deed: Deed, channel: Channel): readonly Happening[] {
  const { method, args, actor } = deed;
  const prefix = channel.kind === 'private' ? 'group' : 'channel';
  const about = { channel: channel.id, user: actor, event_ts: newTs() };
  switch (method) {
    case 'chat.postMessage':
      return posted(deed, channel);
    case 'chat.update':
      return [
        message(channel, {
          subtype: 'message_changed',
          hidden: true,
          ts: newTs(),
          message: objectIn(deed.reply, 'message'),
        }),
      ];
    case 'chat.delete':
      return [
        message(channel, { subtype: 'message_deleted', hidden: true, ts: newTs(), deleted_ts: args['ts'] }),
      ];
    case 'files.completeUploadExternal':
      return shared(deed, channel);
    case 'reactions.add':
    case 'reactions.remove':
      return [reaction(deed, about)];
    case 'conversations.archive':
      return [{ subscription: `${prefix}_archive`, event: { type: `${prefix}_archive`, ...about } }];
    case 'conversations.rename': {
      const type = `${prefix}_rename`;
      const named = { id: channel.id, name: channel.name, created: Math.floor(Date.now() / 1_000) };
      return [{ subscription: type, event: { type, channel: named, event_ts: about.event_ts } }];
    }
    case 'conversations.join':
      return [joined(channel, actor, undefined)];
    case 'conversations.invite':
      return textIn(args, 'users')
        .split(',')
        .map((user) => joined(channel, user.trim(), actor));
    default:
      return [];
  }
}

function posted({ reply, actor }: Deed, channel: Channel): readonly Happening[] {
  const { metadata: _metadata, ...said } = objectIn(reply, 'message');
  const plain = message(channel, { user: actor, team: TEAM_ID, ...said });
  if (!textIn(said, 'text').includes(`<@${BOT_USER_ID}>`) || actor === BOT_USER_ID) return [plain];
  return [plain, { subscription: 'app_mention', event: { ...plain.event, type: 'app_mention' } }];
}

function shared({ args, reply, actor }: Deed, channel: Channel): readonly Happening[] {
  const files = objectsIn(reply, 'files');
  const text = textIn(args, 'initial_comment');
  return [message(channel, { subtype: 'file_share', user: actor, text, files, ts: newTs() })];
}

function message(channel: Channel, about: Json): Happening {
  const event = {
    type: 'message',
    ...about,
    channel: channel.id,
    channel_type: CHANNEL_TYPE[channel.kind],
    event_ts: about['ts'],
  };
  return { subscription: MESSAGE_SUBSCRIPTION[channel.kind], event };
}

function reaction(
  { method, args, reply }: Deed,
  { user, event_ts }: { user: string; event_ts: string },
): Happening {
  const type = method === 'reactions.add' ? 'reaction_added' : 'reaction_removed';
  const item = { type: 'message', channel: args['channel'], ts: args['timestamp'] };
  const event = { type, user, reaction: args['name'], item, item_user: reply['item_user'], event_ts };
  return { subscription: type, event };
}

function joined(channel: Channel, user: string, inviter: string | undefined): Happening {
  const type = 'member_joined_channel';
  const event = {
    type,
    user,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'G' : 'C',
    team: TEAM_ID,
    ...(inviter ? { inviter } : {}),
    event_ts: newTs(),
  };
  return { subscription: type, event };
}

function newTs(): string {
  return (Date.now() / 1_000).toFixed(6);
}
