/** Notices, minute by minute, that an agent is not heard any more. */
import type { MinuteRange } from './baseline.js';
import type { Episodes } from './episodes.js';
import type { Finding } from './finding.js';
import { makeFinding } from './make-finding.js';
import type { Moment } from './rate-wires.js';
import type { SeriesSet } from './series-set.js';
import {
  LEAST_LEARNED_MINUTES,
  quietMinutes,
  silenceLimit,
  silenceSentence,
  type SilenceLimit,
} from './silence.js';
import type { WireSettings } from './wire-settings.js';

/** Stands for "never heard" where an episode needs a beginning. */
const NEVER = 0;
/** No record is more than a day late. */
const LATEST_MINUTES = 1440;

export interface SilenceStart {
  /** Since when somebody has been listening. */
  readonly listeningSince: number;
  /** When the agent was heard last, where its series do not know; null: never. */
  readonly lastSeen: number | null;
}

export class SilenceWire {
  readonly #settings: WireSettings;
  readonly #series: SeriesSet;
  readonly #lastSeenBefore: number | null;
  #listeningSince: number;
  #excluded: readonly MinuteRange[] = [];
  /** The limit, and the last minute that it was learned up to. */
  #learned: { readonly lastSeen: number | null; readonly limit: SilenceLimit | null } | null = null;

  constructor(settings: WireSettings, series: SeriesSet, { listeningSince, lastSeen }: SilenceStart) {
    this.#settings = settings;
    this.#series = series;
    this.#listeningSince = listeningSince;
    this.#lastSeenBefore = lastSeen;
  }

  listenAgain(minute: number): void {
    this.#listeningSince = minute;
  }

  exclude(ranges: readonly MinuteRange[]): void {
    this.#excluded = ranges;
    this.#learned = null;
  }

  advance(episodes: Episodes, { minute, nowMs }: Moment): Finding | null {
    const { afterMinutes, mode } = this.#settings.parameters.silence;
    const lastSeen = this.#series.newest() ?? this.#lastSeenBefore;
    const explainedUntil = this.#explainedUntil(minute);
    const quiet = { minute, lastSeen, listeningSince: Math.max(this.#listeningSince, explainedUntil) };
    if (quietMinutes(quiet) <= (afterMinutes ?? LEAST_LEARNED_MINUTES)) return null;
    const limit = this.#limit(afterMinutes, lastSeen);
    if (limit === null || quietMinutes(quiet) <= limit.minutes) return null;
    const began = this.#began(this.#heardAt(lastSeen, episodes.startOf('silence')), explainedUntil);
    const episode = episodes.meetOnce({ rule: 'silence', subject: '', mode }, began);
    if (episode === null) return null;
    const sentence = silenceSentence(this.#settings.agentId, quiet, limit);
    return makeFinding(this.#settings, {
      rule: 'silence',
      episode,
      tool: null,
      nowMs,
      sentence,
      record: null,
    });
  }

  /**
   * An incident explains a silence from the minute after it began, for as long as it lasts: what opens it may be told in
   * its first minute.
   */
  #explainedUntil(minute: number): number {
    const over = this.#excluded.filter(({ from }) => from < minute).map(({ to }) => Math.min(to, minute));
    return Math.max(Number.NEGATIVE_INFINITY, ...over);
  }

  /**
   * A silence that outlasts its incident is another one: somebody has closed it, and the agent is not back. Of agents that
   * nobody registered, and so nobody can take off the list, it is told once.
   */
  #began(heardAt: number, explainedUntil: number): number {
    return this.#settings.inventory === null ? heardAt : Math.max(heardAt, explainedUntil);
  }

  /** Beyond the series one knows when a record came, which may be later than what it told of: a silence that was told stands. */
  #heardAt(lastSeen: number | null, toldFrom: number | null): number {
    if (lastSeen === null) return NEVER;
    const isTold = toldFrom !== null && toldFrom >= lastSeen - LATEST_MINUTES;
    return isTold && this.#series.newest() === null ? toldFrom : lastSeen;
  }

  #limit(afterMinutes: number | null, lastSeen: number | null): SilenceLimit | null {
    if (this.#learned === null || this.#learned.lastSeen !== lastSeen) {
      const heard = { history: this.#series.all(), lastSeen, excluded: this.#excluded };
      this.#learned = { lastSeen, limit: silenceLimit(afterMinutes, heard) };
    }
    return this.#learned.limit;
  }
}
