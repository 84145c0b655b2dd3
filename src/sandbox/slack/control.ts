/** The control door: lets another process, or the page, play people and break things. */
import { isObject, objectIn, textIn, textsIn, type Json } from './json.js';
import { createPerson, type Person, type Place } from './people/person.js';
import type { Choice } from './people/choices.js';
import { directMessages, membersOf, messagesIn, namedChannels } from './reads.js';
import { isFaultKind } from './state/faults.js';
import type { World } from './world.js';

type Order = (world: World, order: Json) => Promise<object> | object;

const ORDERS: Readonly<Record<string, Order>> = {
  state: describeState,
  slash: (world, order) =>
    who(world, order).slash(textIn(order, 'command'), textIn(order, 'text'), {
      channel: textIn(order, 'channel') || 'general',
    }),
  press: (world, order) =>
    who(world, order).press(placeOf(order), textIn(order, 'action'), pressOptions(order)),
  submit: (world, order) =>
    who(world, order).submit(formOf({ ...objectIn(order, 'values'), ...formFields(order) })),
  say: (world, order) =>
    who(world, order).say(textIn(order, 'channel'), textIn(order, 'text'), threadOf(order)),
  react: (world, order) =>
    who(world, order).react(textIn(order, 'channel'), textIn(order, 'ts'), textIn(order, 'emoji')),
  close: (world, order) => who(world, order).closeView(),
  shortcut: (world, order) => who(world, order).shortcut(textIn(order, 'callback')),
  home: (world, order) => who(world, order).openHome(),
  faults: planFault,
};

/** Carries out one order, `POST /sandbox/<name>`; throws with a sentence when it cannot. */
export async function answerControl(world: World, name: string, order: Json): Promise<Json> {
  const carryOut = ORDERS[name];
  if (carryOut === undefined)
    throw new Error(`no order ${name}; there are: ${Object.keys(ORDERS).join(', ')}`);
  return { ok: true, ...(await carryOut(world, order)) };
}

function who(world: World, order: Json): Person {
  const ref = textIn(order, 'as');
  const found = world.settings.users.find(({ id, name }) => id === ref || name === ref);
  if (found === undefined) throw new Error(`nobody here is called ${ref || '(nobody)'}`);
  return createPerson(world, found);
}

function placeOf(order: Json): Place {
  const place = textIn(order, 'place');
  return place === 'modal' || place === 'home'
    ? place
    : { channel: textIn(order, 'channel'), ts: textIn(order, 'ts') };
}

function pressOptions(order: Json): { value?: string; blockId?: string } {
  const [value, blockId] = [textIn(order, 'value'), textIn(order, 'block')];
  return { ...(value === '' ? {} : { value }), ...(blockId === '' ? {} : { blockId }) };
}

function threadOf(order: Json): { thread_ts?: string } {
  const ts = textIn(order, 'thread_ts');
  return ts === '' ? {} : { thread_ts: ts };
}

function formOf(values: Json): Record<string, Choice> {
  const entries = Object.keys(values).map((key): [string, Choice] => {
    const value = values[key];
    return [
      key,
      Array.isArray(value) ? textsIn(values, key) : typeof value === 'number' ? value : textIn(values, key),
    ];
  });
  return Object.fromEntries(entries);
}

/** Fields of the page's modal form: `field:blockId/actionId`. An empty one was left alone. */
function formFields(order: Json): Json {
  const fields = Object.entries(order).filter(([key, value]) => key.startsWith('field:') && value !== '');
  return Object.fromEntries(fields.map(([key, value]) => [key.slice('field:'.length), value]));
}

function planFault(world: World, order: Json): object {
  const kind = textIn(order, 'kind');
  if (kind === 'clear') {
    world.faults.clearAll();
    return { faults: 'cleared' };
  }
  if (kind === 'down') {
    world.faults.bringDown();
    world.socketMode.disconnect('abrupt');
    return { faults: 'down' };
  }
  if (!isFaultKind(kind)) throw new Error(`no fault ${kind}`);
  const [times, error] = [Number(order['times']), textIn(order, 'error')];
  world.faults.add({
    method: textIn(order, 'method') || '*',
    kind,
    ...(times > 0 ? { times } : {}),
    ...(error && { error }),
  });
  return { faults: kind };
}

async function describeState(world: World): Promise<object> {
  const channels = await Promise.all(
    (await namedChannels(world)).map(async (channel) => ({
      ...channel,
      members: await membersOf(world, channel.id),
      messages: (await messagesIn(world, channel.id)).map(({ raw, isPinned }) => ({ ...raw, isPinned })),
    })),
  );
  const people = await Promise.all(
    world.settings.users.map(async ({ id, name }) => ({
      id,
      name,
      modal: world.views.top(id) ?? null,
      home: world.views.home(id) ?? null,
      ephemerals: world.ephemerals.of(id),
      directMessages: (await directMessages(world, id)).map(({ raw }) => raw),
    })),
  );
  return { channels, people, calls: world.calls.all().filter(isObject) };
}
