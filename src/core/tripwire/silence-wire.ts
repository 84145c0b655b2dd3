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

export class SilenceWire {
  readonly #settings: WireSettings;
  readonly #series: SeriesSet;
  #listeningSince: number;
  #excluded: readonly MinuteRange[] = [];
  /** The limit, and the last minute that it was learned up to. */
  #learned: { readonly lastSeen: number | null; readonly limit: SilenceLimit | null } | null = null;

  constructor(settings: WireSettings, series: SeriesSet, minute: number) {
    this.#settings = settings;
    this.#series = series;
    this.#listeningSince = minute;
  }

  listenAgain(minute: number): void {
    this.#listeningSince = minute;
  }

  exclude(ranges: readonly MinuteRange[]): void {
    this.#excluded = ranges;
  }

  advance(episodes: Episodes, { minute, nowMs }: Moment): Finding | null {
    const { afterMinutes } = this.#settings.parameters.silence;
    const lastSeen = this.#series.newest();
    const quiet = { minute, lastSeen, listeningSince: this.#listenedSince(minute) };
    if (quietMinutes(quiet) <= (afterMinutes ?? LEAST_LEARNED_MINUTES)) return null;
    const limit = this.#limit(afterMinutes, lastSeen);
    if (limit === null || quietMinutes(quiet) <= limit.minutes) return null;
    const episode = episodes.meetOnce('silence', lastSeen ?? NEVER);
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

  /** An incident explains a silence for as long as it lasts. */
  #listenedSince(minute: number): number {
    const over = this.#excluded.filter(({ from }) => from <= minute).map(({ to }) => Math.min(to, minute));
    return Math.max(this.#listeningSince, ...over);
  }

  #limit(afterMinutes: number | null, lastSeen: number | null): SilenceLimit | null {
    if (this.#learned === null || this.#learned.lastSeen !== lastSeen)
      this.#learned = { lastSeen, limit: silenceLimit(afterMinutes, this.#series.all(), lastSeen) };
    return this.#learned.limit;
  }
}
