/** One message on the page: who, when, what, and the marks below it. */
import type { Json } from '../json.js';
import { BOT_USER_ID } from '../options.js';
import { textIn } from '../json.js';
import { renderBlocks } from './blocks.js';
import { EMOJI } from './emoji.js';
import { html, NOTHING, type Html } from './html.js';
import { mrkdwn, type NameOf } from './mrkdwn.js';

/** What is shown of a message, kept or ephemeral. */
export interface Shown {
  readonly channel: string;
  readonly ts: string;
  readonly userId: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly isEphemeral: boolean;
  readonly threadTs?: string;
  readonly edited?: string;
  readonly isPinned?: boolean;
  readonly reactions?: readonly { readonly name: string; readonly users: readonly string[] }[];
  readonly files?: readonly Json[];
}

/** A message; `fields` say who presses and where to come back to. */
export function renderMessage(
  message: Shown,
  { nameOf, fields }: { nameOf: NameOf; fields: Readonly<Record<string, string>> },
): Html {
  const isBot = message.userId === BOT_USER_ID;
  const pressable = { fields: { ...fields, channel: message.channel, ts: message.ts } };
  const hasBlocks = message.blocks.length > 0;
  const body = hasBlocks ? renderBlocks(message.blocks, { nameOf, pressable }) : mrkdwn(message.text, nameOf);
  const name = nameOf(message.userId);
  return html`<article
    class="message ${isBot ? 'bot' : ''} ${isReply(message) ? 'reply' : ''} ${message.isEphemeral ? 'whisper' : ''}"
  >
    <div class="face">${name.slice(0, 1).toUpperCase()}</div>
    <div class="body">
      <div class="by">
        ${name}${isBot ? html`<span class="app">APP</span>` : NOTHING}<small>${clock(message.ts)}</small>
      </div>
      ${body}${(message.files ?? []).map((file) => html`<div class="context">📄 ${textIn(file, 'name')}</div>`)}
      <div class="marks">${marks(message)}</div>
    </div>
  </article>`;
}

function isReply({ threadTs, ts }: Shown): boolean {
  return threadTs !== undefined && threadTs !== ts;
}

function marks({ isEphemeral, edited, isPinned, reactions = [] }: Shown): readonly Html[] {
  return [
    ...(isEphemeral ? [html`<span>Only visible to you</span>`] : []),
    ...(edited ? [html`<span>(edited)</span>`] : []),
    ...(isPinned ? [html`<span>📌 Pinned</span>`] : []),
    ...reactions.map(
      ({ name, users }) => html`<span class="pill">${EMOJI[name] ?? `:${name}:`} ${users.length}</span>`,
    ),
  ];
}

function clock(ts: string): string {
  return new Date(Number(ts) * 1_000).toISOString().slice(11, 19);
}
