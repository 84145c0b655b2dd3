/** A person in the workspace, and all that people do there. */
import { announce, type Deed } from '../events/announce.js';
import { isObject, objectIn, textIn, type Json } from '../json.js';
import { BOT_USER_ID, type SandboxPerson } from '../options.js';
import { messageAt, type Message } from '../reads.js';
import { respond } from '../responses.js';
import { findChannel, type Channel } from '../web-api/channels.js';
import type { World } from '../world.js';
import type { FormValues } from './form.js';
import { closeModal, submitModal } from './modals.js';
import { dispatch, outcomeOf, type Outcome } from './outcome.js';
import { blockActions, interaction, messageAction, slashCommand, type Spot } from './payloads.js';
import type { PressOptions } from './surfaces.js';

/** A message, by where it is. Every Message and Ephemeral is one. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

/** Where a person presses: in a message, in the topmost modal, or in the home tab. */
export type Place = MessageRef | 'modal' | 'home';

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Types a command in a channel (name or id; #general when left out). */
  slash(command: string, text?: string, options?: { readonly channel?: string }): Promise<Outcome>;
  press(place: Place, actionId: string, options?: PressOptions): Promise<Outcome>;
  /** Presses in a message as it was when this copy was read: a client that has not caught up. */
  pressStale(copy: Message, actionId: string, options?: PressOptions): Promise<Outcome>;
  /** Fills in the topmost modal by `blockId/actionId`, action id or block id, and submits it. */
  submit(values?: FormValues): Promise<Outcome>;
  closeView(options?: { readonly clear?: boolean }): Promise<Outcome>;
  shortcut(callbackId: string): Promise<Outcome>;
  messageShortcut(callbackId: string, message: MessageRef): Promise<Outcome>;
  openHome(): Promise<Outcome>;
  say(
    channel: string,
    text: string,
    options?: { readonly thread_ts?: string },
  ): Promise<Outcome & MessageRef>;
  react(channel: string, ts: string, emoji: string): Promise<Outcome>;
  unreact(channel: string, ts: string, emoji: string): Promise<Outcome>;
  join(channel: string): Promise<Outcome>;
  invite(channel: string, userIds: readonly string[]): Promise<Outcome>;
  archive(channel: string): Promise<Outcome>;
  rename(channel: string, name: string): Promise<Outcome>;
}

/** Somebody who can act. */
export function createPerson(world: World, self: SandboxPerson): Person {
  const press = async (spot: Spot, actionId: string, options: PressOptions = {}) =>
    dispatch(world, 'interactive', blockActions(world, self, { spot, actionId, options }));
  const act = (method: string, args: Json, actor = self.id) =>
    perform(world, { method, args, actor, userId: self.id });
  const idOf = async (channel: string) => (await channelAt(world, channel)).id;

  return {
    id: self.id,
    name: self.name,
    slash: (command, text = '', { channel = 'general' } = {}) =>
      typeCommand(world, self, { command, text, channel }),
    press: async (place, actionId, options) => press(await spotAt(world, self, place), actionId, options),
    pressStale: async (copy, actionId, options) => {
      const channel = await channelAt(world, copy.channel);
      return press({ kind: 'message', channel, message: copy.raw, isEphemeral: false }, actionId, options);
    },
    submit: (values = {}) => submitModal(world, self, values),
    closeView: ({ clear = false } = {}) => closeModal(world, self, clear),
    shortcut: (callbackId) => {
      const payload = interaction('shortcut', self, world.triggers.mint({ userId: self.id }));
      return dispatch(world, 'interactive', { ...payload, callback_id: callbackId, action_ts: nowTs() });
    },
    messageShortcut: async (callbackId, ref) => {
      const { channel, message } = await messageSpot(world, ref);
      return dispatch(world, 'interactive', messageAction(world, self, { callbackId, channel, message }));
    },
    openHome: () => openHome(world, self),
    say: async (channel, text, options = {}) => {
      const { outcome, reply } = await act('chat.postMessage', {
        channel: await idOf(channel),
        text,
        ...options,
      });
      return { ...outcome, channel: textIn(reply, 'channel'), ts: textIn(reply, 'ts') };
    },
    react: async (channel, timestamp, name) =>
      (await act('reactions.add', { channel: await idOf(channel), timestamp, name })).outcome,
    unreact: async (channel, timestamp, name) =>
      (await act('reactions.remove', { channel: await idOf(channel), timestamp, name })).outcome,
    join: async (channel) => (await act('conversations.join', { channel: await idOf(channel) })).outcome,
    invite: async (channel, userIds) =>
      (await act('conversations.invite', { channel: await idOf(channel), users: userIds.join(',') })).outcome,
    archive: async (channel) =>
      (await act('conversations.archive', { channel: await idOf(channel) })).outcome,
    rename: async (channel, name) => {
      const { id, creator } = await channelAt(world, channel);
      const owner = creator === BOT_USER_ID ? 'observer' : creator;
      return (await act('conversations.rename', { channel: id, name }, owner)).outcome;
    },
  };
}

interface Doing {
  readonly method: string;
  readonly args: Json;
  /** In whose name emulate is asked; whoever may, for acts that only a channel's creator may do there. */
  readonly actor: string;
  readonly userId: string;
}

async function perform(
  world: World,
  { method, args, actor, userId }: Doing,
): Promise<{ outcome: Outcome; reply: Json }> {
  const reply = await world.emulator.call(actor, method, args);
  if (reply['ok'] !== true) throw new Error(`${userId} could not do ${method}: ${textIn(reply, 'error')}`);
  const startedAt = performance.now();
  const deed: Deed = { method, args, reply, actor: userId };
  return { outcome: outcomeOf(await announce(world, deed), performance.now() - startedAt), reply };
}

async function typeCommand(
  world: World,
  self: SandboxPerson,
  said: { command: string; text: string; channel: string },
): Promise<Outcome> {
  const { commands } = world.settings;
  if (commands.length > 0 && !commands.includes(said.command))
    throw new Error(`${said.command} is not a command here`);
  const channel = await channelAt(world, said.channel);
  const outcome = await dispatch(world, 'slash_commands', slashCommand(world, self, { ...said, channel }));
  const answer = typeof outcome.ack === 'string' && outcome.ack !== '' ? { text: outcome.ack } : outcome.ack;
  if (!isObject(answer) || !('text' in answer || 'blocks' in answer)) return outcome;
  const reply = await respond(world, { channel: channel.id, userId: self.id }, answer);
  if (reply['ok'] !== true) return { ...outcome, error: textIn(reply, 'error') };
  const shown = world.ephemerals.of(self.id).at(-1);
  return answer['response_type'] === 'in_channel' || shown === undefined
    ? outcome
    : { ...outcome, ephemeral: shown };
}

async function openHome(world: World, self: SandboxPerson): Promise<Outcome> {
  const opened = await world.emulator.call('observer', 'conversations.open', { users: self.id });
  const view = world.views.home(self.id);
  const event = {
    type: 'app_home_opened',
    user: self.id,
    channel: textIn(objectIn(opened, 'channel'), 'id'),
    tab: 'home',
    event_ts: nowTs(),
    ...(view ? { view } : {}),
  };
  const startedAt = performance.now();
  const ack = await world.events.publish('app_home_opened', event);
  return outcomeOf(ack ? [ack] : [], performance.now() - startedAt);
}

async function spotAt(world: World, self: SandboxPerson, place: Place): Promise<Spot> {
  if (typeof place !== 'string') return messageSpot(world, place);
  const view = place === 'modal' ? world.views.top(self.id) : world.views.home(self.id);
  if (view === undefined) throw new Error(`${self.name} sees no ${place}`);
  return { kind: 'view', view };
}

async function messageSpot(
  world: World,
  { channel: ref, ts }: MessageRef,
): Promise<Spot & { kind: 'message' }> {
  const channel = await channelAt(world, ref);
  const ephemeral = world.ephemerals.find(ts);
  if (ephemeral) return { kind: 'message', channel, message: { ...ephemeral }, isEphemeral: true };
  const message = await messageAt(world, { channel: channel.id, ts });
  if (message === undefined) throw new Error(`there is no message ${ts} in ${channel.name}`);
  return { kind: 'message', channel, message: message.raw, isEphemeral: false };
}

async function channelAt(world: World, ref: string): Promise<Channel> {
  const channel = await findChannel(world, ref);
  if (channel === undefined) throw new Error(`there is no channel ${ref}`);
  return channel;
}

function nowTs(): string {
  return (Date.now() / 1_000).toFixed(6);
}
