/** The payloads Slack sends when people do things. */
import { objectsIn, textIn, type Json } from '../json.js';
import { APP_ID, TEAM_DOMAIN, TEAM_ID, type SandboxPerson } from '../options.js';
import type { Channel } from '../web-api/channels.js';
import type { World } from '../world.js';
import { actionOf, findElement, stateOf, type PressOptions } from './surfaces.js';

const TOKEN = 'sandbox-verification-token';

/** Where something was pressed. */
export type Spot =
  | {
      readonly kind: 'message';
      readonly channel: Channel;
      readonly message: Json;
      readonly isEphemeral: boolean;
    }
  | { readonly kind: 'view'; readonly view: Json };

/** What every interactive payload begins with. */
export function interaction(type: string, person: SandboxPerson, triggerId: string): Json {
  return {
    type,
    team: { id: TEAM_ID, domain: TEAM_DOMAIN },
    user: { id: person.id, username: person.name, name: person.name, team_id: TEAM_ID },
    api_app_id: APP_ID,
    token: TOKEN,
    trigger_id: triggerId,
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** A slash command: flat, all texts. */
export function slashCommand(
  world: World,
  person: SandboxPerson,
  said: { command: string; text: string; channel: Channel },
): Json {
  const { command, text, channel } = said;
  return {
    token: TOKEN,
    team_id: TEAM_ID,
    team_domain: TEAM_DOMAIN,
    channel_id: channel.id,
    channel_name: shownName(channel),
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: APP_ID,
    is_enterprise_install: 'false',
    response_url: world.responseUrls.mint({ channel: channel.id, userId: person.id }),
    trigger_id: world.triggers.mint({ userId: person.id }),
  };
}

/** block_actions: somebody used an element. Throws when the element is not there. */
export function blockActions(
  world: World,
  person: SandboxPerson,
  press: { spot: Spot; actionId: string; options: PressOptions },
): Json {
  const { spot, actionId, options } = press;
  const blocks = objectsIn(spot.kind === 'view' ? spot.view : spot.message, 'blocks');
  const pressed = findElement(blocks, actionId, options);
  const action = actionOf(pressed, options);
  const viewId = spot.kind === 'view' ? textIn(spot.view, 'id') : undefined;
  const triggerId = world.triggers.mint({ userId: person.id, ...(viewId === undefined ? {} : { viewId }) });
  const state = stateOf(blocks, pressed, action);
  const place = spot.kind === 'view' ? inView(spot.view, state) : inMessage(world, person, spot, state);
  return { ...interaction('block_actions', person, triggerId), ...place, actions: [action] };
}

function inView(view: Json, state: Json): Json {
  return { container: { type: 'view', view_id: view['id'] }, view: { ...view, state } };
}

function inMessage(world: World, person: SandboxPerson, spot: Spot & { kind: 'message' }, state: Json): Json {
  const { channel, message, isEphemeral } = spot;
  const ts = textIn(message, 'ts');
  const thread = textIn(message, 'thread_ts');
  const container = { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: isEphemeral };
  return {
    container: { ...container, ...(thread === '' ? {} : { thread_ts: thread }) },
    channel: { id: channel.id, name: shownName(channel) },
    ...(isEphemeral ? {} : { message }),
    state,
    response_url: world.responseUrls.mint({ channel: channel.id, userId: person.id, messageTs: ts }),
  };
}

/** message_action: a shortcut from a message's menu. */
export function messageAction(
  world: World,
  person: SandboxPerson,
  used: { callbackId: string; channel: Channel; message: Json },
): Json {
  const { callbackId, channel, message } = used;
  const messageTs = textIn(message, 'ts');
  return {
    ...interaction('message_action', person, world.triggers.mint({ userId: person.id })),
    callback_id: callbackId,
    action_ts: (Date.now() / 1_000).toFixed(6),
    message_ts: messageTs,
    message,
    channel: { id: channel.id, name: shownName(channel) },
    response_url: world.responseUrls.mint({ channel: channel.id, userId: person.id, messageTs }),
  };
}

function shownName({ kind, name }: Channel): string {
  if (kind === 'im') return 'directmessage';
  return kind === 'private' ? 'privategroup' : name;
}
