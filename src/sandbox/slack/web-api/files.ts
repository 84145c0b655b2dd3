/** The upload flow: a URL to send the bytes to, then the file is shared. emulate keeps the bytes. */
import { announce } from '../events/announce.js';
import { checkMessageBlocks } from '../block-kit/check-message.js';
import { parseJson, isObject, textIn, type Json } from '../json.js';
import { BOT_USER_ID } from '../options.js';
import type { World } from '../world.js';
import { findChannel, whyNotInside } from './channels.js';
import { refused } from './reply.js';

/** files.getUploadURLExternal. The URL leads through our front. */
export async function uploadUrl(world: World, args: Json): Promise<Json> {
  return throughFront(world, await world.emulator.call('bot', 'files.getUploadURLExternal', args));
}

/** files.completeUploadExternal. Without a channel the file stays private. */
export async function completeUpload(world: World, args: Json): Promise<Json> {
  const problem = checkMessageBlocks(args['blocks']);
  if (problem) return problem;
  const ref = textIn(args, 'channel_id');
  if (ref !== '') {
    const channel = await findChannel(world, ref);
    const shut = channel?.isArchived ? refused('is_archived') : whyNotInside(channel);
    if (shut) return shut;
  }
  const reply = await world.emulator.call('bot', 'files.completeUploadExternal', args);
  await announce(world, { method: 'files.completeUploadExternal', args, reply, actor: BOT_USER_ID });
  return throughFront(world, reply);
}

/** files.list. */
export async function listFiles(world: World, args: Json): Promise<Json> {
  return throughFront(world, await world.emulator.call('bot', 'files.list', args));
}

function throughFront({ emulator, origin }: World, reply: Json): Json {
  const moved = parseJson(JSON.stringify(reply).replaceAll(emulator.url, origin()));
  return isObject(moved) ? moved : reply;
}
