/** How orders and enforcement points stand, and how long things took: the same words on every card, list and command line. */
import { CONTAINMENT_TARGET_SECONDS, type PointLevel } from './containment.js';
import type { HaltMode } from './halt.js';
import type { PointKind } from './halt-events.js';

const LEVEL_WORDS: Readonly<Record<PointLevel, string>> = {
  expected: 'silent about the order',
  received: 'order received, not yet enforcing',
  enforced: 'enforcing, still draining',
  quiesced: 'quiesced',
  'lease-expired': 'lease expired: its guard denies everything by itself',
  left: 'left with nothing running',
  marked: 'marked as stopped',
};

export function levelWords(level: PointLevel, kind: PointKind): string {
  // It is told nothing, it asks: one that never does is there only by what gateways.yml says.
  if (kind === 'gateway' && level === 'expected') return 'no proof yet: does it ask Haltline at all?';
  return hasLetThrough(level, kind) ? 'refuses new requests' : LEVEL_WORDS[level];
}

/** What its level does not say and has to be known. */
export function levelNotes(level: PointLevel, kind: PointKind): string[] {
  return hasLetThrough(level, kind) ? ['requests let through before the order may still run'] : [];
}

/** A gateway sees requests come and not go: refusing the next stops none that is under way. */
function hasLetThrough(level: PointLevel, kind: PointKind): boolean {
  return kind === 'gateway' && level === 'enforced';
}

/** Said of an agent with nothing of ours in its way. */
export const NO_POINT = 'no enforcement point: Haltline cannot see or stop it';
/** Said of one that has only a kill switch for a part of what is ordered. */
export const PART_ONLY = 'what answers there stops only a part of it: Haltline cannot see or stop the rest';

/** Said of one whose kill switch would stop more than is ordered. */
export const NOT_PRESSED = 'its kill switch is not for this order: Haltline cannot see or stop it';

/** For one line: which agents in scope nobody can answer for in full. */
export function uncoveredWords(agentIds: readonly string[]): string[] {
  return agentIds.length === 0 ? [] : [`⚠️ no proof of ${namesText(agentIds, NAMED)}`];
}

const NAMED = 3;

/** ` BUT FOR 2 AGENTS`, behind "contained"; empty where there is none. */
export function butFor(agents: number): string {
  return agents === 0 ? '' : ` BUT FOR ${agents} ${agents === 1 ? 'AGENT' : 'AGENTS'}`;
}

/** What an order does that is less than refusing everything in its scope; empty where it is not less. */
export function modeWords(mode: HaltMode): string[] {
  return mode === 'deny' ? [] : [MODES[mode]];
}

const MODES = { hold: 'quarantined', degraded: 'degraded: reads go on' } as const;

/** `0.9 s`; never rounded to the better side. */
export function secondsText(seconds: number): string {
  return `${seconds < 10 ? (Math.ceil(seconds * 10) / 10).toFixed(1) : Math.ceil(seconds)} s`;
}

/** `0.9 s (target 30 s: met)` */
export function againstTarget(seconds: number): string {
  const verdict = seconds <= CONTAINMENT_TARGET_SECONDS ? 'met' : 'missed';
  return `${secondsText(seconds)} (target ${CONTAINMENT_TARGET_SECONDS} s: ${verdict})`;
}

/** How a rehearsal went: whoever left or fell silent has answered nothing, however well that is proven. */
export function answeredWords({
  expected,
  quiesced,
  seconds,
}: {
  readonly expected: number;
  /** Those that have said themselves that nothing would run any more. */
  readonly quiesced: number;
  readonly seconds: number;
}): string {
  if (quiesced === expected) return `all ${expected} answered in ${againstTarget(seconds)}`;
  return `${quiesced} of ${expected} answered, the others had left or fallen silent, in ${againstTarget(seconds)}`;
}

/** Enough of a made-up id to find it by. */
export function shortName(instance: string): string {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(instance) ? instance.slice(0, 8) : instance.slice(0, 60);
}

/** `a, b, c and 2 more` */
export function namesText(names: readonly string[], atMost: number): string {
  const more = names.length > atMost ? ` and ${names.length - atMost} more` : '';
  return `${names.slice(0, atMost).join(', ')}${more}`;
}
