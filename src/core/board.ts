/**
 * The halt board in words, for every door alike. Read in two seconds: a bar for each order, what is not proven
 * stopped first, and every agent that nobody can vouch for by name.
 */
import { CONTAINMENT_TARGET_SECONDS, type PointLevel } from './containment.js';
import { describeScope } from './halt.js';
import type { AgentLine, HaltLine, PointLine, RehearsalLine, Status } from './status.js';

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
  /** Is anything short: an order not contained, an agent in scope that nobody sees? */
  readonly alarm: boolean;
  readonly headline: string;
  /** Unproven ones first. */
  readonly orders: readonly OrderRow[];
  readonly rehearsals: readonly OrderRow[];
  /** Points that an order waits for, worst first, as far as they are listed. */
  readonly waiting: readonly PointLine[];
  readonly agents: readonly BoardRow[];
}

export function boardOf(status: Status): Board {
  const { halts, agents, points, rehearsals } = status;
  const unproven = halts.filter((halt) => halt.containedSeconds === null);
  const blind = agents.filter(({ halted, points: number }) => halted && number === 0);
  return {
    alarm: unproven.length > 0 || blind.length > 0,
    headline: headline(status, unproven.length),
    orders: [...unproven, ...halts.filter((halt) => !unproven.includes(halt))].map(orderRow),
    rehearsals: rehearsals.map(rehearsalRow),
    waiting: points.filter(({ level, settled }) => level !== null && !settled),
    agents: agents.map(agentRow),
  };
}

function headline({ halts, agents }: Status, unproven: number): string {
  if (halts.length === 0) return 'Nothing is halted';
  const expected = sum(agents, ({ expected: number }) => number);
  const settled = sum(agents, ({ settled: number }) => number);
  const orders = `${halts.length} ${halts.length === 1 ? 'order' : 'orders'} in force`;
  if (expected === 0) return `${orders} · NOTHING PROVEN STOPPED`;
  if (unproven > 0 || settled < expected)
    return `${orders} · ${settled} of ${expected} points proven stopped`;
  return `${orders} · contained, ${settled} of ${expected} points stopped`;
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

function orderRow(line: HaltLine): OrderRow {
  const isProven = line.containedSeconds !== null;
  const flags = [
    ...(line.mode === 'deny' ? [] : [MODES[line.mode]]),
    ...(line.held === undefined ? [] : [heldWords(line.held)]),
    progress(line),
    ...(line.missed && !isProven ? [`target of ${CONTAINMENT_TARGET_SECONDS} s MISSED`] : []),
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

const MODES = { hold: 'quarantined', degraded: 'degraded, reads go on' } as const;

function progress({ expected, settled, received, enforced, quiesced, containedSeconds }: HaltLine): string {
  if (expected === 0) return 'no enforcement point was connected: NOTHING is proven stopped';
  if (containedSeconds === null)
    return `${settled} of ${expected} proven stopped (${received} received, ${enforced} enforced, ${quiesced} quiesced)`;
  const met = containedSeconds <= CONTAINMENT_TARGET_SECONDS ? 'met' : 'missed';
  return `contained at ${expected} of ${expected} in ${secondsText(containedSeconds)} (target ${CONTAINMENT_TARGET_SECONDS} s: ${met})`;
}

function rehearsalRow(line: RehearsalLine): OrderRow {
  return {
    symbol: '🎭',
    name: `REHEARSAL ${line.haltId} ${describeScope(line.scope)}`,
    words: rehearsalWords(line),
    bar: barOf(line),
    line,
  };
}

function rehearsalWords({ ended, settled, expected }: RehearsalLine): string {
  if (expected === 0) return 'no enforcement point is connected: nothing to rehearse with';
  if (ended === null) return `denies nothing · ${settled} of ${expected} answered so far`;
  if (ended.seconds !== null)
    return `ended: all ${expected} answered in ${secondsText(ended.seconds)} (target ${CONTAINMENT_TARGET_SECONDS} s: ${ended.seconds <= CONTAINMENT_TARGET_SECONDS ? 'met' : 'missed'})`;
  return `ended: ${ended.silent.length} of ${expected} NEVER ANSWERED`;
}

/** `0.9 s`; never rounded to the better side. */
function secondsText(seconds: number): string {
  return `${seconds < 10 ? (Math.ceil(seconds * 10) / 10).toFixed(1) : Math.ceil(seconds)} s`;
}

/** How far a point is, in words; shared by everything that names one. */
const LEVEL_WORDS: Readonly<Record<PointLevel, string>> = {
  expected: 'silent about the order',
  received: 'order received, not yet enforcing',
  enforced: 'enforcing, still draining',
  quiesced: 'stopped',
  'lease-expired': 'lease expired: denies by itself',
  left: 'left with nothing running',
  marked: 'marked as stopped',
};

/** Enough of a made-up id to find it by. */
function shortName(instance: string): string {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(instance) ? instance.slice(0, 8) : instance.slice(0, 60);
}

/** `guard pod-3: silent about the order, heard 12 s ago` */
export function pointWords({ kind, instance, level, connected, leaseAgeMs, notes }: PointLine): string {
  const heard =
    leaseAgeMs === null
      ? []
      : [`heard ${secondsText(leaseAgeMs / 1000)} ago${connected ? '' : ', connection lost'}`];
  const state = level === null ? [] : [LEVEL_WORDS[level]];
  return `${kind} ${shortName(instance)}: ${[...notes, ...state, ...heard].join(', ') || 'there'}`;
}

function agentRow(agent: AgentLine): BoardRow {
  const trouble = agent.troubles.length === 0 ? '' : ` · ${agent.troubles.join(' · ')}`;
  const unregistered = agent.registered ? '' : ' · not in agents.yml';
  return {
    ...standing(agent),
    name: agent.agentId,
    words: `${standing(agent).words}${trouble}${unregistered}`,
  };
}

function standing(agent: AgentLine): Pick<BoardRow, 'symbol' | 'words'> {
  const { points, connected, expected, settled, halted, worst, silentMs } = agent;
  if (points === 0)
    return { symbol: halted ? '🚨' : '⚫', words: 'no enforcement point: Haltline cannot see or stop it' };
  if (expected > settled) {
    const slowest = worst === null ? '' : `: ${LEVEL_WORDS[worst]}`;
    return { symbol: '🟥', words: `${expected - settled} of ${expected} NOT proven stopped${slowest}` };
  }
  if (expected > 0) return { symbol: '🟩', words: `${settled} of ${expected} stopped` };
  const lost = connected < points ? `, ${points - connected} without a connection` : '';
  const silent =
    silentMs !== null && silentMs > 10_000 ? `, one unheard for ${secondsText(silentMs / 1000)}` : '';
  const number = `${points} ${points === 1 ? 'point' : 'points'}`;
  return {
    symbol: connected < points ? '🟠' : '⬜',
    words: `${number} connected${lost}${silent}, not halted`,
  };
}
