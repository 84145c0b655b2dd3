/** Makes the channels that exist before the bot arrives. */
import { objectIn, textIn } from './json.js';
import { BOT_USER_ID, type SandboxChannel } from './options.js';
import { findChannel } from './web-api/channels.js';
import type { World } from './world.js';

/** Everybody is in #general and #random; other channels have the members they were given. */
export async function seedChannels(world: World): Promise<void> {
  const everyone = world.settings.users.map(({ id }) => id);
  const named = world.settings.channels;
  const usual = ['general', 'random'].filter((name) => !named.some((channel) => channel.name === name));
  for (const channel of [...usual.map((name) => ({ name })), ...named])
    await seedChannel(world, channel, everyone);
}

async function seedChannel(
  world: World,
  channel: SandboxChannel,
  everyone: readonly string[],
): Promise<void> {
  const members = (channel.members ?? everyone).map((id) => (id === BOT_USER_ID ? 'observer' : id));
  const [founder = 'observer'] = members;
  const existing = await findChannel(world, channel.name);
  const id = existing?.id ?? (await found(world, channel, founder));
  const others = existing ? members : members.slice(1);
  for (const member of others)
    await enter(world, { id, founder, member, isPrivate: channel.private ?? false });
}

async function found(
  world: World,
  { name, private: isPrivate = false }: SandboxChannel,
  founder: string,
): Promise<string> {
  const reply = await world.emulator.call(founder, 'conversations.create', { name, is_private: isPrivate });
  if (reply['ok'] !== true) throw new Error(`cannot make #${name}: ${textIn(reply, 'error')}`);
  return textIn(objectIn(reply, 'channel'), 'id');
}

async function enter(
  world: World,
  { id, founder, member, isPrivate }: { id: string; founder: string; member: string; isPrivate: boolean },
): Promise<void> {
  if (!isPrivate) return void (await world.emulator.call(member, 'conversations.join', { channel: id }));
  const users = member === 'observer' ? BOT_USER_ID : member;
  await world.emulator.call(founder, 'conversations.invite', { channel: id, users });
}
