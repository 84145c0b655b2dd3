/** Slack's mrkdwn as HTML: mentions, links and dates in angle brackets, bold, italic, strike, code, quotes, emoji. */
import { EMOJI } from './emoji.js';
import { escapeHtml, type Html } from './html.js';

/** Names for ids; an id that has none is shown as it is. */
export type NameOf = (id: string) => string;

/** Renders mrkdwn. Whatever is not Slack's own syntax comes out as plain text. */
export function mrkdwn(text: string, nameOf: NameOf): Html {
  const pieces = text.split(/(```[\s\S]+?```|`[^`\n]+`)/);
  return {
    html: pieces.map((piece, index) => (index % 2 === 1 ? code(piece) : prose(piece, nameOf))).join(''),
  };
}

/** Plain text, with emoji when the text object wants them. */
export function plainText(text: string): Html {
  return { html: emoji(escapeHtml(text)).replaceAll('\n', '<br>') };
}

function code(piece: string): string {
  const isBlock = piece.startsWith('```');
  const inner = entities(isBlock ? piece.slice(3, -3).replace(/^\n|\n$/g, '') : piece.slice(1, -1));
  return isBlock ? `<pre>${inner}</pre>` : `<code>${inner}</code>`;
}

function prose(piece: string, nameOf: NameOf): string {
  const parts = piece.split(/<([^<>]+)>/);
  return styled(
    parts.map((part, index) => (index % 2 === 1 ? reference(part, nameOf) : emoji(entities(part)))).join(''),
  );
}

/** Text in which Slack's own three entities stand already. */
function entities(text: string): string {
  return escapeHtml(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
}

function reference(inside: string, nameOf: NameOf): string {
  const [target = '', label] = inside.split('|');
  if (/^(https?:|mailto:)/i.test(target)) return link(target, label ?? target);
  if (target.startsWith('!date^')) return entities(label ?? target);
  if (/^[@#!]/.test(target)) return mention(target, label, nameOf);
  return entities(`<${inside}>`);
}

function link(target: string, label: string): string {
  return `<a href="${escapeHtml(target.replaceAll('&amp;', '&'))}" rel="noreferrer">${entities(label)}</a>`;
}

function mention(target: string, label: string | undefined, nameOf: NameOf): string {
  const sign = target.startsWith('#') ? '#' : '@';
  const id = target.replace(/^[@#]|^!(subteam\^)?/, '');
  const name = (label ?? nameOf(id)).replace(/^[@#]/, '');
  const isLoud = /^!(channel|here|everyone)/.test(target);
  return `<span class="mention${isLoud ? ' loud' : ''}">${sign}${escapeHtml(name)}</span>`;
}

function styled(markup: string): string {
  return markup
    .replace(/(^|[\s(>])\*(\S(?:[^*\n]*\S)?)\*(?=$|[\s).,:;!?<])/g, '$1<b>$2</b>')
    .replace(/(^|[\s(>])_(\S(?:[^_\n]*\S)?)_(?=$|[\s).,:;!?<])/g, '$1<i>$2</i>')
    .replace(/(^|[\s(>])~(\S(?:[^~\n]*\S)?)~(?=$|[\s).,:;!?<])/g, '$1<s>$2</s>')
    .replace(/(^|\n)(?:&gt; ?)([^\n]*)/g, '$1<span class="quote">$2</span>')
    .replaceAll('\n', '<br>');
}

function emoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => EMOJI[name] ?? whole);
}
