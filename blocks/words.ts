/** How times, roles and states are said, the same on every surface. */
import type { Link } from '../src/core/detection-chain.js';
import type { Incident } from '../src/core/incident.js';
import type { Surfaced } from '../src/core/incident-events.js';
import { SEVERAL_AGENTS } from '../src/core/umbrella.js';
import { clip, say, mention, timeText, type Mrkdwn } from './escape.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.9 s`, `21 s`, `4 min 10 s`, `3 h 12 min`, `14 d 3 h`. A minus shows that the recorded times contradict each other. */
export function durationText(ms: number): string {
  if (ms < 0) return `−${durationText(-ms)}`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return twoUnits(ms, [MINUTE, 'min'], [SECOND, 's']);
  if (ms < 2 * DAY) return twoUnits(ms, [HOUR, 'h'], [MINUTE, 'min']);
  return twoUnits(ms, [DAY, 'd'], [HOUR, 'h']);
}

function twoUnits(
  ms: number,
  [big, bigName]: [number, string],
  [small, smallName]: [number, string],
): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

export const UNKNOWN: Mrkdwn = say`_unknown_`;

/** A moment, or honestly unknown. */
export function timeOrUnknown(at: string | undefined): Mrkdwn {
  return at === undefined ? UNKNOWN : timeText(at);
}

/** The agent by the name people know; an unregistered one is said to be. */
export function agentText({
  agentId,
  agentLabel,
  isUmbrella = false,
}: Pick<Incident, 'agentId' | 'agentLabel'> & { readonly isUmbrella?: boolean }): Mrkdwn {
  if (isUmbrella) return say`${SEVERAL_AGENTS}`;
  if (agentId !== null) return say`${agentId}`;
  return agentLabel === null ? say`_unknown agent_` : say`${agentLabel} _(not in agents.yml)_`;
}

/** The source of a chain's last link is `pressed by U…`, and may say more: the person is shown as one. */
export function acknowledgedBy({ source, by }: Pick<Link, 'source' | 'by'>): Mrkdwn {
  const [, userId, rest = ''] = /^pressed by ([UW][A-Z0-9]+)( on the umbrella \S+)?$/.exec(source) ?? [];
  if (userId !== undefined) return say`by ${mention(userId)}${rest}`;
  if (by === undefined || source.includes(by)) return say`${source}`;
  return say`${source} (${clip(by, 60)})`;
}

/** People in a row; `nobody` where there is none. */
export function peopleText(userIds: readonly string[], nobody: string = 'nobody'): Mrkdwn {
  if (userIds.length === 0) return say`_${nobody}_`;
  const shown = userIds.slice(0, 10).map((userId) => mention(userId).mrkdwn);
  const more = userIds.length > 10 ? ` … ${userIds.length - 10} more` : '';
  return { mrkdwn: `${shown.join(' ')}${more}` };
}

export const SURFACED_WORDS: Readonly<Record<Surfaced, string>> = {
  complaint: 'a customer complained',
  partner: 'a partner told us',
  regulator: 'a regulator asked',
  public: 'it is public',
  cost: 'cost or usage stood out',
  colleague: 'a colleague noticed',
};

/** What fired, or how it surfaced where nothing did. */
export function tripwireText({ tripwire, declared }: Pick<Incident, 'tripwire' | 'declared'>): Mrkdwn {
  if (tripwire !== null) return say`${tripwire}`;
  if (declared === null) return say`_unknown tripwire_`;
  return say`none fired: ${SURFACED_WORDS[declared.surfaced]}`;
}

/** `3 steps`, `1 step`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** For the beginning of a sentence or a button. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
