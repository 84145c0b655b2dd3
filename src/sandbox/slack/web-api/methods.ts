/** Every method the workspace knows, and who answers it. */
import type { Json } from '../json.js';
import type { World } from '../world.js';
import { announce } from '../events/announce.js';
import { BOT_USER_ID } from '../options.js';
import { completeUpload, listFiles, uploadUrl } from './files.js';
import { history, replies } from './history.js';
import { createChannel, invite } from './membership.js';
import { postEphemeral, postMessage, updateMessage } from './messages.js';
import { groupMembers, listGroups, listPeople, lookUpByEmail, personInfo } from './people.js';
import { done } from './reply.js';
import { openView, publishView, pushView, updateView } from './views.js';

export type Method = (world: World, args: Json) => Promise<Json> | Json;

/** emulate answers; what happened is announced to the app. */
const emulated =
  (method: string): Method =>
  async (world, args) => {
    const reply = await world.emulator.call('bot', method, args);
    await announce(world, { method, args, reply, actor: BOT_USER_ID });
    return reply;
  };

const EMULATED = [
  'auth.test',
  'bookmarks.add',
  'bookmarks.edit',
  'bookmarks.list',
  'bookmarks.remove',
  'bots.info',
  'chat.delete',
  'chat.deleteScheduledMessage',
  'chat.getPermalink',
  'chat.meMessage',
  'chat.scheduleMessage',
  'chat.scheduledMessages.list',
  'conversations.archive',
  'conversations.close',
  'conversations.info',
  'conversations.join',
  'conversations.kick',
  'conversations.leave',
  'conversations.list',
  'conversations.mark',
  'conversations.members',
  'conversations.open',
  'conversations.rename',
  'conversations.setPurpose',
  'conversations.setTopic',
  'conversations.unarchive',
  'files.delete',
  'files.info',
  'pins.add',
  'pins.list',
  'pins.remove',
  'reactions.add',
  'reactions.get',
  'reactions.remove',
  'team.info',
  'users.getPresence',
  'users.profile.get',
];

const OWN: Readonly<Record<string, Method>> = {
  'api.test': (_world, args) => done({ args }),
  'apps.connections.open': ({ origin, socketMode }) =>
    done({ url: `${origin().replace('http', 'ws')}${socketMode.newPath()}` }),
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': updateMessage,
  'conversations.create': createChannel,
  'conversations.history': history,
  'conversations.invite': invite,
  'conversations.replies': replies,
  'files.completeUploadExternal': completeUpload,
  'files.getUploadURLExternal': uploadUrl,
  'files.list': listFiles,
  'usergroups.list': listGroups,
  'usergroups.users.list': groupMembers,
  'users.info': personInfo,
  'users.list': listPeople,
  'users.lookupByEmail': lookUpByEmail,
  'views.open': openView,
  'views.publish': publishView,
  'views.push': pushView,
  'views.update': updateView,
};

/** Method name → answer. A method that is not here is `unknown_method`. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...Object.fromEntries(EMULATED.map((method) => [method, emulated(method)])),
  ...OWN,
};
