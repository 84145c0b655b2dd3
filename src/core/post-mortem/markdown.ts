/**
 * The one place where words of agents, alerts and people become Markdown. `say` escapes whatever is put into
 * it, so hostile text can be read in a post-mortem but cannot be a heading, a link, a mention or HTML.
 */

/** Markdown that is safe to render. Only `say` and what is built from it makes one. */
export class Markdown {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** Template whose literal parts are ours and whose values are escaped; a Markdown value is taken as it is. */
export function say(
  literals: TemplateStringsArray,
  ...values: readonly (string | number | Markdown)[]
): Markdown {
  const parts = literals.map((literal, index) => literal + rendered(values[index]));
  return new Markdown(parts.join(''));
}

function rendered(value: string | number | Markdown | undefined): string {
  if (value === undefined) return '';
  if (value instanceof Markdown) return value.text;
  return typeof value === 'number' ? String(value) : escapeMarkdown(value);
}

/** Pieces in a row; the separator is ours. */
export function joined(pieces: readonly Markdown[], separator: string): Markdown {
  return new Markdown(pieces.map(({ text }) => text).join(separator));
}

/** Somebody's own words, in quotation marks, on one line. */
export function quoted(text: string): Markdown {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)} … (cut)` : text;
  return say`“${shown.trim().replaceAll(/[“”]/gu, '"')}”`;
}

/** The whole text stays in the journal; a post-mortem has to stay readable. */
const LONGEST_QUOTE = 600;

/** A link where the address is plain enough to be one; else its text. */
export function linked(label: string, address: string): Markdown {
  return PLAIN_ADDRESS.test(address)
    ? new Markdown(`[${escapeMarkdown(label)}](${address})`)
    : say`${label}: ${address}`;
}

const PLAIN_ADDRESS = /^https?:\/\/[^\s()<>"'`\\[\]|\p{C}]+$/u;

/**
 * One line of text that means itself in CommonMark, in GitHub's tables and in Slack's mrkdwn. `<`, `>` and `&`
 * become entities, which both understand: a backslash would not stop Slack from reading `<!channel>`. Round
 * brackets stay: without square ones they make no link.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]/gu, '')
    .replaceAll(/[\\`*_[\]|~$]/gu, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('://', String.raw`:\//`)
    .replaceAll(/\bwww\./giu, (start) => `${start.slice(0, -1)}\\.`)
    .replace(/^( ?)([-+=#])/u, String.raw`$1\$2`)
    .replace(/^( ?\d+)\./u, String.raw`$1\.`);
}
