/** All wires of one agent. How they are used, and what they assume, is said in `wires.ts`. */
import type { ActionRecord } from '../action-record.js';
import { ActWires } from './act-wires.js';
import { BASELINE_GAP_MINUTES, BASELINE_MINUTES, type MinuteRange } from './baseline.js';
import { EnforcementGaps, gapSentence } from './enforcement-gap.js';
import { Episodes } from './episodes.js';
import type { Finding } from './finding.js';
import { ProvisionalActs } from './provisional-acts.js';
import { joined, RateWires, type Moment } from './rate-wires.js';
import { countedMinute, minuteOf, rollupsOf, startOfMinute } from './rollup.js';
import { SeriesSet } from './series-set.js';
import { SilenceWire } from './silence-wire.js';
import { LISTENING_GAP_MINUTES } from './silence.js';
import { parametersFor, type WireSettings } from './wire-settings.js';
import type { AgentWires, EpisodeRow, Period, WireStart } from './wires.js';

/** Begins to watch an agent, from nothing or from what is stored about it. */
export function createAgentWires(settings: WireSettings, start: WireStart): AgentWires {
  return new Wires(settings, start);
}

class Wires implements AgentWires {
  readonly agentId: string;
  readonly #settings: WireSettings;
  readonly #series: SeriesSet;
  readonly #episodes: Episodes;
  readonly #rates: RateWires;
  readonly #acts: ActWires;
  readonly #provisional = new ProvisionalActs();
  readonly #gaps: EnforcementGaps;
  readonly #silence: SilenceWire;
  /** The minute that the clock was told last; null before the first time. */
  #minute: number | null = null;
  /** Something has changed that limits rest on; it is heeded with the next minute, however much more follows. */
  #isStale = false;

  constructor(settings: WireSettings, start: WireStart) {
    const { nowMs, minutes, endpoints, episodes, lostReports, listeningSinceMs = nowMs } = start;
    const lastSeen = start.lastSeenMs === undefined ? null : minuteOf(start.lastSeenMs);
    this.agentId = settings.agentId;
    this.#settings = settings;
    this.#series = new SeriesSet(minutes);
    this.#episodes = new Episodes(episodes);
    this.#rates = new RateWires(settings, this.#series, this.#episodes);
    this.#acts = new ActWires({ settings, series: this.#series, episodes: this.#episodes }, endpoints);
    // Of an agent that was known before, checks have been heard that are not remembered.
    const isKnown = this.#series.newest() !== null || lastSeen !== null;
    this.#gaps = new EnforcementGaps(isKnown ? nowMs : listeningSinceMs, lostReports);
    // One that was never heard nobody has waited for before.
    const listeningSince = minuteOf(isKnown ? listeningSinceMs : nowMs);
    this.#silence = new SilenceWire(settings, this.#series, { listeningSince, lastSeen });
  }

  observe(record: ActionRecord, nowMs: number): readonly Finding[] {
    const before = this.advance(nowMs);
    const counted = this.#add(record, 1);
    const moment = { minute: minuteOf(nowMs), nowMs, record };
    this.#match(record, counted);
    const told = this.#act(record, counted, moment);
    return joined(joined(before, told), this.#rates.observe(record, counted, moment));
  }

  retract(record: ActionRecord): void {
    this.#add(record, -1);
    this.#provisional.retract(record);
    this.#gaps.retract(record);
  }

  advance(nowMs: number): readonly Finding[] {
    const minute = minuteOf(nowMs);
    const before = this.#minute;
    if (minute === before) return NONE;
    this.#minute = minute;
    if (before !== null && minute - before > LISTENING_GAP_MINUTES) {
      this.#silence.listenAgain(minute);
      this.#gaps.listenAgain(nowMs);
    }
    const moment = { minute, nowMs, record: null };
    const firstDue = this.#firstDue(before, minute);
    if (this.#isStale) this.#rates.forgetLimits();
    this.#isStale = false;
    const acts = joined(this.#overdue(moment), this.#unmatched(moment));
    const findings = joined(this.#rates.advance(firstDue, moment), acts);
    const silence = this.#silence.advance(this.#episodes, moment);
    return silence === null ? findings : [...findings, silence];
  }

  exclude(periods: readonly Period[]): void {
    const ranges = periods.map(rangeOf);
    this.#isStale = true;
    this.#rates.exclude(ranges);
    this.#silence.exclude(ranges);
  }

  learningUntilMs(nowMs: number): number | null {
    const minute = this.#acts.learnedFrom(minuteOf(nowMs), null);
    return minute !== null && startOfMinute(minute) > nowMs ? startOfMinute(minute) : null;
  }

  takeChangedEpisodes(): readonly EpisodeRow[] {
    return this.#episodes.takeChanged();
  }

  /** Windows that have ended since; all within the allowance where limits or the clock may have gone back. */
  #firstDue(before: number | null, minute: number): number {
    const earliest = minute - this.#settings.lateMinutes;
    const isAnew = this.#isStale || before === null || before > minute;
    return isAnew ? earliest : Math.max(before + 1, earliest);
  }

  #act(record: ActionRecord, counted: number, moment: Moment): readonly Finding[] {
    const isUnknown = this.#settings.inventory === null;
    if (!isUnknown || !ProvisionalActs.isProvisional(record))
      return this.#acts.observe(record, counted, moment);
    this.#provisional.add(record, counted, moment.nowMs);
    return NONE;
  }

  /** Acts that nobody has claimed for another agent. */
  #overdue(moment: Moment): readonly Finding[] {
    const due = this.#provisional.due(moment.nowMs);
    return due.length === 0
      ? NONE
      : due.flatMap(({ record, counted }) => this.#acts.observe(record, counted, moment));
  }

  /** The minute that it counted for. */
  #add(record: ActionRecord, sign: 1 | -1): number {
    const { minutes } = rollupsOf(record, this.#settings.watchedTools);
    for (const { series, minute, value } of minutes)
      this.#series.add({ series, minute, value: sign * value });
    const counted = countedMinute(record);
    if (counted <= (this.#minute ?? counted) - BASELINE_GAP_MINUTES) this.#isStale = true;
    return counted;
  }

  #match(record: ActionRecord, counted: number): void {
    if (record.kind !== 'tool') return;
    const since = counted - BASELINE_MINUTES;
    if (record.origin === 'check') return this.#gaps.check(record, this.#heard('spans', since));
    const { guarded, withinMinutes } = parametersFor(this.#settings, record.tool)['enforcement-gap'];
    const isGuarded = guarded === 'always' || (guarded === 'auto' && this.#heard('checks', since));
    if (isGuarded && record.origin === 'span') this.#gaps.span(record, withinMinutes);
  }

  #heard(series: 'checks' | 'spans', since: number): boolean {
    return (this.#series.of(series).newest() ?? Number.NEGATIVE_INFINITY) >= since;
  }

  #unmatched(moment: Moment): readonly Finding[] {
    const due = this.#gaps.due(moment.nowMs);
    if (due.length === 0) return NONE;
    return due.flatMap((span) => {
      const { withinMinutes } = parametersFor(this.#settings, span.tool)['enforcement-gap'];
      const sentence = gapSentence(span, withinMinutes);
      return this.#acts.tell({ rule: 'enforcement-gap', subject: span.tool ?? '', sentence }, span, moment);
    });
  }
}

const NONE: readonly Finding[] = [];

function rangeOf({ fromMs, toMs }: Period): MinuteRange {
  return { from: minuteOf(fromMs), to: toMs === null ? Number.POSITIVE_INFINITY : minuteOf(toMs - 1) };
}
