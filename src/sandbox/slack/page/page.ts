/** The workspace in a browser, as one person sees it: channels, messages, the home tab, the modal on top. */
import { BOT_USER_ID, type SandboxPerson } from '../options.js';
import { objectIn, objectsIn, textIn, type Json } from '../json.js';
import { directMessages, messagesIn, namedChannels, threadOf, type Message } from '../reads.js';
import type { Channel } from '../web-api/channels.js';
import type { World } from '../world.js';
import { renderBlocks, type BlockContext } from './blocks.js';
import { form } from './controls.js';
import { html, NOTHING, type Html } from './html.js';
import { renderMessage, type Shown } from './message.js';
import { renderModal } from './modal.js';
import { plainText, type NameOf } from './mrkdwn.js';
import { STYLE } from './style.js';

interface Look {
  readonly world: World;
  readonly self: SandboxPerson;
  readonly channels: readonly Channel[];
  /** A channel id, `dm`, or `home`. */
  readonly at: string;
  readonly nameOf: NameOf;
  readonly back: string;
}

/** The whole page; `?as=U…&at=C…` chooses whose eyes and which channel. */
export async function answerPage(world: World, query: URLSearchParams): Promise<string> {
  const channels = (await namedChannels(world)).toSorted((a, b) => a.name.localeCompare(b.name));
  const self = world.settings.users.find(({ id }) => id === query.get('as')) ?? world.settings.users[0];
  if (self === undefined) return 'There is nobody in this workspace.';
  const at = query.get('at') ?? channels.find(({ name }) => name === 'general')?.id ?? 'dm';
  const look = {
    world,
    self,
    channels,
    at,
    nameOf: namesIn(world, channels),
    back: `/?as=${self.id}&at=${at}`,
  };
  const body = html`${sidebar(look)}
    <main>${await content(look)}${modal(look)}</main>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Sandbox workspace</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`.html;
}

function namesIn({ settings }: World, channels: readonly Channel[]): NameOf {
  const names = new Map([
    [BOT_USER_ID, 'bot'],
    ...settings.users.map(({ id, name, realName }): [string, string] => [id, realName ?? name]),
    ...settings.userGroups.map(({ id, handle }): [string, string] => [id, handle]),
    ...channels.map(({ id, name }): [string, string] => [id, name]),
  ]);
  return (id) => names.get(id) ?? id;
}

function sidebar({ world, self, channels, at }: Look): Html {
  const place = (id: string, label: string, state = '') =>
    html`<a class="${id === at ? 'on' : ''} ${state}" href="/?as=${self.id}&at=${id}">${label}</a>`;
  const rooms = channels.map(({ id, name, kind, isArchived }) =>
    place(id, `${kind === 'private' ? '🔒' : '#'} ${name}`, isArchived ? 'gone' : ''),
  );
  const people = world.settings.users.map(
    ({ id, name, realName = name }) =>
      html`<a class="${id === self.id ? 'on' : ''}" href="/?as=${id}&at=${at}">${realName}</a>`,
  );
  return html`<nav>
    <h1>Sandbox workspace</h1>
    ${place('home', '⌂ App home')}${place('dm', '✉ The bot and you')}
    <h2>Channels</h2>
    ${rooms}
    <h2>You are</h2>
    ${people}
  </nav>`;
}

async function content(look: Look): Promise<Html> {
  if (look.at === 'home') return home(look);
  const channel = look.channels.find(({ id }) => id === look.at);
  const messages = channel
    ? await withThreads(look, channel.id)
    : await directMessages(look.world, look.self.id);
  const whispers = look.world.ephemerals.of(look.self.id).filter((one) => one.channel === channel?.id);
  const shown: Shown[] = [
    ...messages.map((message) => ({ ...message, isEphemeral: false })),
    ...whispers.map((one) => ({ ...one, userId: BOT_USER_ID, isEphemeral: true })),
  ];
  const context = { nameOf: look.nameOf, fields: { as: look.self.id, back: look.back } };
  const stream = shown.map((message) => renderMessage(message, context));
  return html`<header>
      <b>${channel ? `# ${channel.name}` : 'The bot and you'}</b><span>${channel?.topic ?? ''}</span>
    </header>
    <div class="stream">
      ${stream.length > 0 ? stream : [html`<p class="empty">Nothing has been said here yet.</p>`]}
    </div>
    ${channel ? bar(look, channel) : NOTHING}`;
}

/** Each message followed by its replies. */
async function withThreads({ world }: Look, channel: string): Promise<readonly Message[]> {
  const parents = await messagesIn(world, channel);
  const threads = await Promise.all(
    parents.map(async (message) =>
      message.replyCount > 0 ? threadOf(world, channel, message.ts) : [message],
    ),
  );
  return threads.flat();
}

function bar({ self, back }: Look, channel: Channel): Html {
  const fields = { as: self.id, channel: channel.id, back };
  const say = html`<input name="text" placeholder="Message #${channel.name}" autocomplete="off" /><button>
      Send
    </button>`;
  const command = html`<input name="command" placeholder="/command" size="12" /><input
      name="text"
      placeholder="text"
    /><button>Run</button>`;
  return html`<div class="bar">${form(fields, say, { order: 'say' })}${form(fields, command, { order: 'slash' })}</div>`;
}

function home({ world, self, nameOf, back }: Look): Html {
  const view = world.views.home(self.id);
  const refresh = form({ as: self.id, back }, html`<button>Open the home tab</button>`, { order: 'home' });
  return html`<header><b>App home</b><span>${self.realName ?? self.name}</span></header>
    <div class="home">
      <div class="body">
        ${view ? blocksOf(view, viewContext(self, nameOf, { back, place: 'home' })) : NOTHING}
      </div>
      ${refresh}
    </div>`;
}

function modal({ world, self, nameOf, back }: Look): Html {
  const view = world.views.top(self.id);
  if (view === undefined) return NOTHING;
  const context = viewContext(self, nameOf, { back, place: 'modal' });
  return renderModal(plainText(textIn(objectIn(view, 'title'), 'text')), view, {
    context,
    self: self.id,
    back,
  });
}

function viewContext(
  self: SandboxPerson,
  nameOf: NameOf,
  { back, place }: { back: string; place: string },
): BlockContext {
  return { nameOf, pressable: { fields: { as: self.id, place, back } } };
}

function blocksOf(view: Json, context: BlockContext): Html {
  return renderBlocks(objectsIn(view, 'blocks'), context);
}
