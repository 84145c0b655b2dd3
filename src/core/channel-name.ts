/** Slack's rules for channel names: lower case, `a-z 0-9 - _`, at most 80 characters. */
import { incidentName, type IncidentKind } from './ids.js';

const LONGEST = 80;

/** What the name is made of; both words may be anything that an alert or a person wrote. */
export interface ChannelWords {
  readonly kind: IncidentKind;
  readonly number: number;
  readonly agent: string | null;
  /** The tripwire, or how the harm surfaced where none fired. */
  readonly cause: string | null;
}

/** `inc-7-billing-agent-cost-rate`, `drill-2-…`. A long agent is cut, never the number or the cause. */
export function channelName({ kind, number, agent, cause }: ChannelWords): string {
  const head = kind === 'drill' ? `drill-${number}` : incidentName(kind, number).toLowerCase();
  const tail = slug(cause ?? '').slice(0, 24) || 'unknown';
  const room = LONGEST - head.length - tail.length - 2;
  const middle = slug(agent ?? '').slice(0, room) || 'unknown-agent';
  return `${head}-${trimDashes(middle)}-${trimDashes(tail)}`;
}

/** Letters that Unicode does not decompose into a Latin base letter. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
};

function slug(words: string): string {
  const plain = words
    .slice(0, 400)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[ßæœøđðþłı]/g, (letter) => SPELLED[letter] ?? '')
    .replace(/[^a-z0-9_]+/g, '-');
  return trimDashes(plain);
}

function trimDashes(words: string): string {
  return words.replace(/^[-_]+|[-_]+$/g, '');
}
