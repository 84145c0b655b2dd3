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

/** `a, b, c and 2 more` */
export function namesText(names: readonly string[], atMost: number): string {
  const more = names.length > atMost ? ` and ${names.length - atMost} more` : '';
  return `${names.slice(0, atMost).join(', ')}${more}`;
}
