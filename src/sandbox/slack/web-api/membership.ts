/** Making channels and inviting people into them. */
import { announce } from '../events/announce.js';
import { isTrueIn, textIn, type Json } from '../json.js';
import { BOT_USER_ID } from '../options.js';
import type { World } from '../world.js';
import { refused } from './reply.js';

const NAME_LIMIT = 80;

/** conversations.create. emulate mends names that Slack refuses, so they are refused here. */
export async function createChannel(world: World, args: Json): Promise<Json> {
  const error = whyBadName(textIn(args, 'name'));
  return error ? refused(error) : world.emulator.call('bot', 'conversations.create', args);
}

/** Slack's word for what is wrong with a channel name; undefined when nothing is. */
export function whyBadName(name: string): string | undefined {
  if (name === '') return 'invalid_name_required';
  if (name.length > NAME_LIMIT) return 'invalid_name_maxlength';
  if (/^[-_.]+$/.test(name)) return 'invalid_name_punctuation';
  return /^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(name) ? undefined : 'invalid_name_specials';
}

/** conversations.invite. All or nothing, unless `force` asks for the valid ones. */
export async function invite(world: World, args: Json): Promise<Json> {
  const users = textIn(args, 'users')
    .split(',')
    .map((user) => user.trim());
  const batches = isTrueIn(args, 'force') ? users : [users.join(',')];
  const replies: Json[] = [];
  for (const batch of batches) replies.push(await inviteBatch(world, { ...args, users: batch }));
  const [first = refused('no_user')] = replies;
  const errors = replies.flatMap((reply) => (Array.isArray(reply['errors']) ? reply['errors'] : []));
  const invited = replies.find((reply) => reply['ok'] === true);
  if (invited === undefined) return first;
  return errors.length === 0 ? invited : { ...invited, errors };
}

async function inviteBatch(world: World, args: Json): Promise<Json> {
  const reply = await world.emulator.call('bot', 'conversations.invite', args);
  await announce(world, { method: 'conversations.invite', args, reply, actor: BOT_USER_ID });
  return reply;
}
