/** What a tripwire says when it fires; the same shape live, in a replay and in the post-mortem. */
import type { TripwireName } from '../alert.js';

/** Which rule of the wire it was: one wire may watch for more than one thing. */
export type TripwireRule =
  | 'cost-rate'
  | 'cost-cap'
  | 'cost-unknown'
  | 'call-rate'
  | 'call-cap'
  | 'new-endpoint'
  | 'review-bypassed'
  | 'review-too-fast'
  | 'review-by-author'
  | 'review-of-other-content'
  | 'undeclared-tool'
  | 'unknown-agent'
  | 'silence'
  | 'enforcement-gap';

/** The wire that each rule belongs to: what it is routed and counted by. */
export const WIRE_OF: Readonly<Record<TripwireRule, TripwireName>> = {
  'cost-rate': 'cost-rate',
  'cost-cap': 'cost-rate',
  'cost-unknown': 'cost-rate',
  'call-rate': 'action-rate',
  'call-cap': 'action-rate',
  'new-endpoint': 'action-rate',
  'review-bypassed': 'outcome',
  'review-too-fast': 'outcome',
  'review-by-author': 'outcome',
  'review-of-other-content': 'outcome',
  'undeclared-tool': 'authorisation',
  'unknown-agent': 'authorisation',
  silence: 'silence',
  'enforcement-gap': 'enforcement-gap',
};

/** shadow: recorded only. warn: told in a channel. page: opens an incident and pages. halt: orders the narrowest halt as well. */
export type TripwireMode = 'shadow' | 'warn' | 'page' | 'halt';

export interface Finding {
  readonly tripwire: TripwireName;
  readonly rule: TripwireRule;
  readonly mode: TripwireMode;
  readonly agentId: string;
  readonly tool: string | null;
  readonly actionClass: string | null;
  /** When the wire fired. */
  readonly firedAtMs: number;
  /** The act that tripped it; null where no single act did. */
  readonly actionAtMs: number | null;
  /** When the evidence of it reached us. */
  readonly signalAtMs: number | null;
  /** One sentence with its numbers, for a person at 3 a.m. Times in it are UTC. */
  readonly sentence: string;
  /** Same key = same episode: one alert. */
  readonly dedupKey: string;
  readonly chart: FindingChart | null;
  /** Ids to look further: at most ten of each. */
  readonly actionIds: readonly string[];
  readonly traceIds: readonly string[];
}

/** A window and its limit, for a small picture. */
export interface FindingChart {
  readonly unit: 'USD' | 'calls';
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
  readonly median: number | null;
  readonly limit: number;
  /** Minutes that the window is long; an hour where left out. */
  readonly windowMinutes?: number;
}
