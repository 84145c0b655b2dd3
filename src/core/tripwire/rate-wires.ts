/** The sliding windows of one agent: its spend, its calls, and the calls of each tool that has a limit of its own. */
import type { ActionRecord } from '../action-record.js';
import { callChart, callLimits, callRule, callSentence } from './action-rate.js';
import type { MinuteRange } from './baseline.js';
import { costChart, costLimits, costRule, costSentence } from './cost-rate.js';
import type { Episodes } from './episodes.js';
import type { Finding, TripwireRule } from './finding.js';
import { evidenceOf, makeFinding, type Tripped } from './make-finding.js';
import { RateWatch, type Over } from './rate-watch.js';
import type { SeriesSet } from './series-set.js';
import { parametersFor, type WireSettings } from './wire-settings.js';

/** A window with what there is to say when it is over, and the last records that it counted. */
interface Watched {
  readonly watch: RateWatch;
  readonly rule: 'cost-rate' | 'call-rate';
  readonly tool: string | null;
  /** The rate, or the cap that stands in for it: one episode, but each has a mode of its own. */
  readonly ruleOf: (over: Over) => TripwireRule;
  readonly describe: (over: Over) => Pick<Tripped, 'sentence' | 'chart'>;
  readonly recent: Recent;
  /** The newest window that was over: whatever else falls into it, there is nothing new to say. */
  hotEnd: number;
}

type Ids = Pick<ActionRecord, 'actionId' | 'traceId'>;

/** Now, and the record that brought it about, if one did. */
export interface Moment {
  readonly minute: number;
  readonly nowMs: number;
  readonly record: ActionRecord | null;
}

const MOST_RECENT = 10;

export class RateWires {
  readonly #settings: WireSettings;
  readonly #episodes: Episodes;
  readonly #watched: readonly Watched[];

  constructor(settings: WireSettings, series: SeriesSet, episodes: Episodes) {
    this.#settings = settings;
    this.#episodes = episodes;
    this.#watched = [
      spending(settings, series),
      calling(settings, series, null),
      ...[...settings.watchedTools].map((tool) => calling(settings, series, tool)),
    ];
  }

  exclude(ranges: readonly MinuteRange[]): void {
    for (const { watch } of this.#watched) watch.exclude(ranges);
  }

  /** What is usual has changed. */
  forgetLimits(): void {
    for (const { watch } of this.#watched) watch.forgetLimits();
  }

  /** The windows that a record fell into, of those that ended within the allowance. */
  observe(record: ActionRecord, counted: number, moment: Moment): readonly Finding[] {
    const earliest = Math.max(counted, moment.minute - this.#settings.lateMinutes);
    let findings = NONE;
    for (const watched of this.#watched) {
      if (!counts(watched, record)) continue;
      watched.recent.add(record);
      const latest = Math.min(moment.minute, counted + watched.watch.limits.width - 1);
      findings = joined(findings, this.#judge(watched, { from: earliest, to: latest }, moment));
    }
    return findings;
  }

  /** The windows that have ended since the minute before. */
  advance(from: number, moment: Moment): readonly Finding[] {
    let findings = NONE;
    for (const watched of this.#watched)
      findings = joined(findings, this.#judge(watched, { from, to: moment.minute }, moment));
    return findings;
  }

  #judge(watched: Watched, { from, to }: MinuteRange, { nowMs, record }: Moment): readonly Finding[] {
    let findings: readonly Finding[] = NONE;
    for (let end = from; end <= to; end++) {
      const over = end === watched.hotEnd ? null : watched.watch.over(end);
      if (over === null) continue;
      watched.hotEnd = end;
      const { tool, recent } = watched;
      const rule = watched.ruleOf(over);
      const { mode } = parametersFor(this.#settings, tool)[rule];
      const episode = this.#episodes.meet({ rule: watched.rule, subject: tool ?? '', mode }, end);
      if (episode === null) continue;
      const tripped = {
        ...watched.describe(over),
        ...(tool === null && OF_ALL_CLASSES),
        rule,
        episode,
        tool,
        nowMs,
        record,
        evidence: evidenceOf(recent.inOrder()),
      };
      findings = [...findings, makeFinding(this.#settings, tripped)];
    }
    return findings;
  }
}

/** What an agent does altogether is of no one class, whatever the last of it was: to halt that class might stop nothing. */
const OF_ALL_CLASSES = { actionClass: null };

const NONE: readonly Finding[] = [];

/** Mostly there is nothing, and no array is made for it. */
export function joined(some: readonly Finding[], more: readonly Finding[]): readonly Finding[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...some, ...more];
}

function spending(settings: WireSettings, series: SeriesSet): Watched {
  const measure = [series.of('spend')];
  return {
    watch: new RateWatch(measure, costLimits(settings.parameters)),
    rule: 'cost-rate',
    tool: null,
    ruleOf: costRule,
    describe: (over) => ({
      sentence: costSentence(settings.agentId, over, series.of('unpriced')),
      chart: costChart(measure, over),
    }),
    recent: new Recent(),
    hotEnd: Number.NEGATIVE_INFINITY,
  };
}

function calling(settings: WireSettings, series: SeriesSet, tool: string | null): Watched {
  const measure =
    tool === null
      ? [series.of('checks'), series.of('spans')]
      : [series.of(`checks:${tool}`), series.of(`spans:${tool}`)];
  const limits = callLimits(parametersFor(settings, tool));
  const caller = { agentId: settings.agentId, tool, width: limits.width };
  return {
    watch: new RateWatch(measure, limits),
    rule: 'call-rate',
    tool,
    ruleOf: callRule,
    describe: (over) => ({
      sentence: callSentence(caller, over),
      chart: callChart(measure, over, limits.width),
    }),
    recent: new Recent(),
    hotEnd: Number.NEGATIVE_INFINITY,
  };
}

function counts({ rule, tool }: Watched, record: ActionRecord): boolean {
  if (rule === 'cost-rate') return record.kind === 'inference';
  return record.kind === 'tool' && (tool === null || tool === record.tool);
}

/** The last records that were counted. Nothing is made for one: of ten thousand agents it would live long, and cost the most. */
class Recent {
  readonly #actionIds: (string | null)[] = [];
  readonly #traceIds: (string | null)[] = [];
  #next = 0;

  add({ actionId, traceId }: ActionRecord): void {
    this.#actionIds[this.#next] = actionId;
    this.#traceIds[this.#next] = traceId;
    this.#next = (this.#next + 1) % MOST_RECENT;
  }

  inOrder(): readonly Ids[] {
    const ids = this.#actionIds.map((actionId, at) => ({ actionId, traceId: this.#traceIds[at] ?? null }));
    return [...ids.slice(this.#next), ...ids.slice(0, this.#next)];
  }
}
