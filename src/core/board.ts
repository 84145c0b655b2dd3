/**
 * The halt board in words, for every door alike. Read in two seconds: a bar for each order, what is not proven
 * stopped first, and every agent that nobody can vouch for by name.
 */
import { CONTAINMENT_TARGET_SECONDS, type PointLevel } from './containment.js';
import { describeScope } from './halt.js';
import {
  againstTarget,
  answeredWords,
  butFor,
  levelNotes,
  levelWords,
  modeWords,
  NO_POINT,
  NOT_PRESSED,
  PART_ONLY,
  secondsText,
  shortName,
  uncoveredWords,
} from './point-words.js';
import type { AgentLine, BoardStatus, HaltLine, PointLine, RehearsalLine } from './status.js';

export interface BoardRow {
  readonly symbol: string;
  readonly name: string;
  readonly words: string;
}

/** An order with its bar; `line` for what each door adds in its own way. */
export interface OrderRow extends BoardRow {
  readonly bar: string;
  readonly line: HaltLine;
}

export interface Board {
  /** ✅ nothing is halted · 🛑 all that was ordered is proven · 🟠 something is short. */
  readonly symbol: string;
  /** The verdict first: whoever reads three words has read the right ones. */
  readonly headline: string;
  /** Unproven ones first. */
  readonly orders: readonly OrderRow[];
  readonly rehearsals: readonly OrderRow[];
  /** Points that an order waits for, worst first, as far as they are listed. */
  readonly waiting: readonly PointLine[];
  readonly agents: readonly BoardRow[];
}

export function boardOf(status: BoardStatus): Board {
  const { halts, agents, points, rehearsals } = status;
  const unproven = halts.filter((halt) => halt.containedSeconds === null);
  const blind = agents.filter((agent) => agent.blind).length;
  return {
    symbol: halts.length === 0 ? '✅' : unproven.length + blind > 0 ? '🟠' : '🛑',
    headline: halts.length === 0 ? nothingHalted(rehearsals) : headline(status, unproven.length, blind),
    orders: [...unproven, ...halts.filter((halt) => !unproven.includes(halt))].map(orderRow),
    rehearsals: rehearsals.map(rehearsalRow),
    waiting: points.filter(({ level, settled }) => level !== null && !settled),
    agents: agents.map(agentRow),
  };
}

function nothingHalted(rehearsals: readonly RehearsalLine[]): string {
  const isUnderWay = rehearsals.some(({ ended }) => ended === null);
  return isUnderWay ? 'Nothing is halted · a REHEARSAL is under way' : 'Nothing is halted';
}

/** An agent that nobody can vouch for keeps "contained" from being the whole truth; one that goes on is not "stopped". */
function headline({ halts, agents }: BoardStatus, unproven: number, blind: number): string {
  const expected = sum(agents, (agent) => agent.expected);
  const settled = sum(agents, (agent) => agent.settled);
  const verdict = unproven > 0 || settled < expected ? 'NOT CONTAINED' : `CONTAINED${butFor(blind)}`;
  const isWhole = agents.every((agent) => agent.whole || agent.expected === 0);
  const proven =
    expected === 0
      ? 'NOTHING PROVEN STOPPED'
      : `${settled} of ${expected} points proven${isWhole ? ' stopped' : ''}`;
  return `${verdict} · ${proven} · ${halts.length} ${halts.length === 1 ? 'order' : 'orders'} in force`;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

/** A square a point, or a share of the points where there are many. Green only where nothing can run any more. */
const SQUARES = 12;

export function barOf({ expected, settled, enforced }: HaltLine): string {
  if (expected === 0) return '⬛';
  const squares = Math.min(expected, SQUARES);
  const green = Math.floor((settled / expected) * squares);
  const draining = Math.floor((Math.max(settled, enforced) / expected) * squares) - green;
  return '🟩'.repeat(green) + '🟨'.repeat(draining) + '🟥'.repeat(squares - green - draining);
}

/** A rehearsal has colours of its own: nothing is stopped, so nothing of it is green or red. */
function rehearsalBar({ expected, settled }: HaltLine): string {
  if (expected === 0) return '⬛';
  const squares = Math.min(expected, SQUARES);
  const answered = Math.floor((settled / expected) * squares);
  return '🟦'.repeat(answered) + '⬜'.repeat(squares - answered);
}

function orderRow(line: HaltLine): OrderRow {
  const isProven = line.containedSeconds !== null;
  const flags = [
    ...modeWords(line.mode),
    ...(line.held === undefined ? [] : [heldWords(line.held)]),
    progress(line),
    ...(line.missed && !isProven ? [`target of ${CONTAINMENT_TARGET_SECONDS} s MISSED`] : []),
    ...uncoveredWords(line.uncovered),
    ...(line.breakGlass
      ? [line.reviewedBy === null ? 'BREAK-GLASS, not reviewed' : 'break-glass, reviewed']
      : []),
    ...(line.reviewDue ? ['REVIEW DUE: it stands, is it still needed?'] : []),
  ];
  return {
    symbol: isProven ? '🛑' : '🟠',
    name: `${line.haltId} ${describeScope(line.scope)}`,
    words: flags.join(' · '),
    bar: barOf(line),
    line,
  };
}

function heldWords({ waiting, released }: NonNullable<HaltLine['held']>): string {
  const unused = released === 0 ? '' : `, ${released} released and not yet taken up`;
  return `${waiting} ${waiting === 1 ? 'attempt waits' : 'attempts wait'} for a person${unused}`;
}

function progress({ expected, settled, received, enforced, quiesced, containedSeconds }: HaltLine): string {
  if (expected === 0) return 'no enforcement point was connected: NOTHING is proven stopped';
  if (containedSeconds === null)
    return `${settled} of ${expected} proven stopped (${received} received, ${enforced} enforced, ${quiesced} quiesced)`;
  return `contained at ${expected} of ${expected} in ${againstTarget(containedSeconds)}`;
}

function rehearsalRow(line: RehearsalLine): OrderRow {
  return {
    symbol: '🎭',
    name: `REHEARSAL ${line.haltId} ${describeScope(line.scope)}`,
    words: rehearsalWords(line),
    bar: rehearsalBar(line),
    line,
  };
}

function rehearsalWords({ ended, settled, expected, quiesced }: RehearsalLine): string {
  if (expected === 0) return 'no enforcement point is connected: nothing to rehearse with';
  if (ended === null) return `denies nothing · ${settled} of ${expected} answered so far`;
  if (ended.seconds !== null)
    return `denied nothing · ended: ${answeredWords({ expected, quiesced, seconds: ended.seconds })}`;
  return `denied nothing · ended: ${ended.silent.length} of ${expected} NEVER ANSWERED`;
}

/** Of a point that an order waits for: yellow where nothing new begins, red where that is not known. */
export function pointSymbol(level: PointLevel | null): string {
  return level === 'enforced' ? '🟨' : '🟥';
}

/** `guard pod-3: silent about the order, heard 12 s ago` */
export function pointWords({ kind, instance, level, connected, leaseAgeMs, notes }: PointLine): string {
  const heard =
    leaseAgeMs === null
      ? []
      : [`heard ${secondsText(leaseAgeMs / 1000)} ago${connected ? '' : ', connection lost'}`];
  const isToldByNotes = level === null || (level === 'expected' && notes.length > 0);
  const state = isToldByNotes ? [] : [levelWords(level, kind), ...levelNotes(level, kind)];
  return `${kind} ${shortName(instance)}: ${[...notes, ...state, ...heard].join(', ') || 'there'}`;
}

function agentRow(agent: AgentLine): BoardRow {
  const { symbol, words } = standing(agent);
  const parts = [
    words,
    ...blindWords(agent),
    ...laterWords(agent),
    ...agent.troubles,
    ...(agent.registered ? [] : ['not in agents.yml']),
  ];
  return { symbol, name: agent.agentId, words: parts.filter((part) => part !== '').join(' · ') };
}

function blindWords({ blind, points, expected }: AgentLine): string[] {
  if (!blind || (points === 0 && expected === 0)) return [];
  return [expected > 0 ? PART_ONLY : NOT_PRESSED];
}

function standing(agent: AgentLine): Pick<BoardRow, 'symbol' | 'words'> {
  const { points, expected, settled, halted, blind, worst } = agent;
  if (expected > settled) {
    const slowest =
      worst === null ? [] : [levelWords(worst.level, worst.kind), ...levelNotes(worst.level, worst.kind)];
    const short = `${expected - settled} of ${expected} NOT proven stopped`;
    return {
      symbol: pointSymbol(worst?.level ?? null),
      words: [short, slowest.join(', ')].filter((each) => each !== '').join(': '),
    };
  }
  if (points === 0 && expected === 0) return { symbol: halted ? '🚨' : '⚫', words: NO_POINT };
  if (!halted) return atWork(agent);
  const symbol = blind ? '🚨' : expected > 0 ? '🟩' : '🟨';
  return { symbol, words: expected > 0 ? stoppedWords(agent) : '' };
}

function stoppedWords({ settled, expected, points, whole, lesser }: AgentLine): string {
  const gone = points === 0 ? ', none connected now' : '';
  if (whole) return `${settled} of ${expected} stopped${gone}`;
  if (lesser !== null) return `${LESSER_WORDS[lesser]} at ${settled} of ${expected}${gone}`;
  return `the order holds at ${settled} of ${expected}${gone}; what it does not cover goes on`;
}

const LESSER_WORDS = {
  hold: 'all it tries waits for a person',
  degraded: 'all but reads is refused',
} as const;

/** The state comes before the lease: whoever came later never ran without the order, and is not measured by it. */
function laterWords({ later }: AgentLine): string[] {
  if (later === 0) return [];
  return [`${later} ${later === 1 ? 'point' : 'points'} came after the order and began under it`];
}

function atWork({ points, connected, silentMs }: AgentLine): Pick<BoardRow, 'symbol' | 'words'> {
  const silent =
    silentMs !== null && silentMs > 10_000 ? `, one unheard for ${secondsText(silentMs / 1000)}` : '';
  const number = connected < points ? `${connected} of ${points}` : String(points);
  return {
    symbol: connected < points ? '🟠' : '⬜',
    words: `${number} ${points === 1 ? 'point' : 'points'} connected${silent}, not halted`,
  };
}
