/**
 * The one choke point for text that is not ours (design §2: agent text is hostile). Slack's markup is a value
 * of its own, `Mrkdwn`; blocks take nothing else, and the only ways to make one are below. A plain string in a
 * `say` template is escaped, put on one line and clipped; nobody can forget to.
 */

/** Text that is safe to hand to Slack as `mrkdwn`. */
export interface Mrkdwn {
  readonly mrkdwn: string;
}

/** How much of an outside text one place shows, unless it says otherwise. */
const INLINE_MAX = 500;
const QUOTE_MAX = 1_000;
const QUOTE_LINES = 12;

/**
 * Markup with values in it: `Mrkdwn` goes in as it is, everything else is escaped. Not called `md`: formatters take
 * such templates for Markdown and turn Slack's bold into italics.
 */
export function say(parts: TemplateStringsArray, ...values: readonly (string | number | Mrkdwn)[]): Mrkdwn {
  const mrkdwn = parts.map((part, index) => {
    const value = values[index];
    if (value === undefined) return part;
    return part + (typeof value === 'object' ? value.mrkdwn : inline(String(value)));
  });
  return { mrkdwn: mrkdwn.join('') };
}

/** Pieces in one line or list. */
export function join(pieces: readonly Mrkdwn[], separator: string): Mrkdwn {
  return { mrkdwn: pieces.map((piece) => piece.mrkdwn).join(separator) };
}

/** Outside text on lines of its own, each marked as quoted, so that none can pass for one of ours. */
export function quote(text: string, max: number = QUOTE_MAX): Mrkdwn {
  const lines = clip(strip(text).trim(), max).split('\n');
  const shown = lines.slice(0, QUOTE_LINES).map((line) => `>${escapeText(line)}`);
  const hidden = lines.length - QUOTE_LINES;
  return { mrkdwn: [...shown, ...(hidden > 0 ? [`>… ${hidden} more lines`] : [])].join('\n') };
}

/**
 * A sentence of ours that may quote somebody, such as a refusal: our code and bold stay, but nothing in it can
 * mention, link or call out.
 */
export function sentence(text: string): Mrkdwn {
  return { mrkdwn: escapeReferences(clip(strip(text), QUOTE_MAX)) };
}

/** The same for whoever is refused: ids of people in it become people, and instants times of the reader's own zone. */
export function refusalText(text: string): Mrkdwn {
  const mrkdwn = sentence(text)
    .mrkdwn.replace(USER_ID, (id) => mention(id).mrkdwn)
    .replace(INSTANT, (at) => timeText(at).mrkdwn);
  return { mrkdwn };
}

/** Not what stands in quotes or code, or is made to look like a mention: that is somebody else's. */
const USER_ID = /(?<![\p{L}\p{N}_@"“`<-])[UW](?=[A-Z0-9]*\d)[A-Z0-9]{4,20}(?![\p{L}\p{N}_"”`-])/gu;
const INSTANT = /(?<![\p{L}\p{N}_"“`-])\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?![\p{L}\p{N}_"”`-])/gu;

/** Outside text with its lines kept and nothing clipped, for whoever splits it: see `split`. */
export function lines(text: string): Mrkdwn {
  return { mrkdwn: escapeText(strip(text)) };
}

/** A person, mentioned where this is a Slack user id and named as text where it is not. */
export function mention(userId: string): Mrkdwn {
  return /^[UW][A-Z0-9]{2,20}$/.test(userId) ? { mrkdwn: `<@${userId}>` } : say`${userId}`;
}

/** A channel, linked where this is a Slack channel id. */
export function channelLink(channelId: string): Mrkdwn {
  return /^[CG][A-Z0-9]{2,20}$/.test(channelId) ? { mrkdwn: `<#${channelId}>` } : say`${channelId}`;
}

/** A link under our words and its true host, so that the words cannot lie; only http and https are links. */
export function link(url: string, words: string): Mrkdwn {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) return say`${words}: ${url}`;
  const href = parsed.href.replace(/[|<>\s]/g, encodeURIComponent).replaceAll('&', '&amp;');
  return { mrkdwn: `<${href}|${inline(words)} (${inline(parsed.host)})>` };
}

/** A moment in the reader's own time zone; UTC where Slack cannot. Only ever made from our own instants. */
export function timeText(at: string): Mrkdwn {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return say`${at}`;
  const utc = `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return { mrkdwn: `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time_secs}|${utc}>` };
}

/** Escapes outside text so that Slack shows it and does nothing with it. */
export function escapeText(text: string): string {
  return escapeReferences(text)
    .replaceAll('`', 'ˋ')
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ');
}

function escapeReferences(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=(?:channel|here|everyone))/gi, '@\u2060');
}

/** Outside text for a `plain_text` element, which Slack does not parse. */
export function plain(text: string, max: number): string {
  return clip(strip(text).replace(/\s+/g, ' ').trim(), max);
}

/** At most `max` characters, ending in … where something is missing; never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Like `clip` for finished markup: never half an entity, a mention or a date. */
export function clipMrkdwn(mrkdwn: string, max: number): string {
  if (mrkdwn.length <= max) return mrkdwn;
  const cut = clip(mrkdwn, max).slice(0, -1);
  return `${cut.replace(/&[a-z]{0,4}$/, '').replace(/<[^<>]*$/, '')}…`;
}

/** Finished markup in pieces of at most `max`, cut at line ends where there are any. */
export function split({ mrkdwn }: Mrkdwn, max: number): Mrkdwn[] {
  const pieces: string[] = [];
  let rest = mrkdwn;
  while (rest.length > max) {
    const head = clipMrkdwn(rest, max).slice(0, -1);
    const end = head.lastIndexOf('\n') > 0 ? head.lastIndexOf('\n') : head.length;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^\n/, '');
  }
  return [...pieces, rest].map((piece) => ({ mrkdwn: piece }));
}

function inline(text: string): string {
  return escapeText(clip(strip(text).replace(/\s+/g, ' '), INLINE_MAX));
}

/** Control characters, and those that turn the reading direction round. */
function strip(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '');
}
