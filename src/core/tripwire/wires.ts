/**
 * The wires of one agent, as the engine, a replay and the post-mortem use them. The code is in `agent-wires.ts`.
 *
 *     const settings = wireSettings(registry, agentId);
 *     const wires = createAgentWires(settings, { nowMs, minutes, endpoints, episodes, lostReports });   // what was stored
 *     wires.exclude(periods);                          // incidents of this agent; again whenever they change
 *     findings = wires.observe(record, nowMs);         // each record, in the order of arrival
 *     findings = wires.advance(nowMs);                 // once a minute, for silence, gaps and moving baselines
 *
 * To be stored for a restart, in the transaction of the record and its findings: `rollupsOf(record, settings.watchedTools)`
 * (minutes add up, of endpoints the later counts) and `wires.takeChangedEpisodes()` (of rows with the same rule and subject
 * the newer counts).
 *
 * Assumptions. Each record comes once (the store knows duplicates), but an act may be told twice, by its check and by
 * its span: calls are the larger of both counts. Records may come in any order and however late. The windows of a minute
 * are judged when the minute changes, and those that a record falls into when it comes; both only as far as they ended
 * at most `lateMinutes` ago, so a record that is later than that still counts for what is usual, and for windows that are
 * not over; one that is more than a day late may be let go. What changes the past by more than an hour is heeded from the
 * next minute on. A record from the future counts at the moment of its arrival. The caller's clock may jump either way.
 *
 * What a span with a parent does under a name that nobody registered is told a quarter of an hour later, unless it is
 * retracted: its parent may yet tell its agent. In a replay `nowMs` is the record's `receivedAtMs`, and `advance` comes
 * for every minute in between.
 */
import type { ActionRecord } from '../action-record.js';
import type { LostReports } from './enforcement-gap.js';
import type { Finding, TripwireMode, TripwireRule } from './finding.js';
import type { EndpointUse, MinuteRollup } from './rollup.js';

export interface AgentWires {
  readonly agentId: string;
  /** Takes one record and says what it trips. */
  observe(record: ActionRecord, nowMs: number): readonly Finding[];
  /** Takes a record back that turned out to be another agent's (which then observes it). Findings stand. */
  retract(record: ActionRecord): void;
  /** Lets time pass. Cheap; to be called once a minute. */
  advance(nowMs: number): readonly Finding[];
  /** All periods that are to be kept out of what counts as usual. What was said before is replaced. */
  exclude(periods: readonly Period[]): void;
  /** Until when new endpoints are no news of this agent; null where it has learned, or has not acted for 7 days. */
  learningUntilMs(nowMs: number): number | null;
  /** Episodes that began or went on since this was last asked. */
  takeChangedEpisodes(): readonly EpisodeRow[];
}

/** From and with `fromMs` to before `toMs`; null: it goes on. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** What the wires start from; all but the time is empty for an agent that is heard for the first time. */
export interface WireStart {
  readonly nowMs: number;
  /** Since when somebody has been listening to everybody, where that is longer ago than `nowMs`. */
  readonly listeningSinceMs?: number | undefined;
  /** When the agent was heard last, where that is too long ago for `minutes`; undefined: never, or within them. */
  readonly lastSeenMs?: number | undefined;
  /** In any order; fastest by series and minute. At least `KEPT_MINUTES` back, where there are so many. */
  readonly minutes?: Iterable<MinuteRollup> | undefined;
  readonly endpoints?: Iterable<EndpointUse> | undefined;
  readonly episodes?: Iterable<EpisodeRow> | undefined;
  /** What the agent's guard could not report, looked up when a call seems to have gone around it. */
  readonly lostReports?: LostReports | undefined;
}

/** A burst that has been told of: while it goes on, nothing more is said of it. */
export interface EpisodeRow {
  readonly rule: TripwireRule;
  /** The tool, endpoint or model that it is about; '' for the agent as a whole, '*' for too many to name. */
  readonly subject: string;
  readonly startedMinute: number;
  readonly lastMinute: number;
  /** How loudly it was told; null where nobody noted it. */
  readonly mode: TripwireMode | null;
}
