/** What is known by adding records up: the wires' state and the counters of the metric contract. */
import type { ActionRecord } from '../../core/action-record.js';
import type { Finding } from '../../core/tripwire/finding.js';
import { KEPT_MINUTES } from '../../core/tripwire/minute-series.js';
import type { Period } from '../../core/tripwire/wires.js';
import type { Registry } from '../../registry/registry.js';
import type { CounterRow } from '../database/counter-table.js';
import type { Moved } from '../database/record-table.js';
import type { WorkerLimits } from '../messages.js';
import { CountedActions, CountedWithin, countRecord, type Counting } from '../metrics/count-record.js';
import { createCounters, type Counters } from '../metrics/counters.js';
import { ARTIFACTS, SPEND, TOOL_CALLS } from '../metrics/families.js';
import type { NestedCall } from '../wire/types.js';
import { Fleet, type StoredState } from './fleet.js';
import type { Listening } from './listening.js';
import type { Tables } from './tables.js';

export interface SumsParts {
  readonly tables: Tables;
  readonly registry: Registry;
  readonly limits: Pick<WorkerLimits, 'series'>;
  readonly now: () => number;
  readonly listening: Pick<Listening, 'sinceMs'>;
}

/** The name under which is kept which record was the last to be summed and written. */
const SUMMED = 'summed';
const MS_PER_MINUTE = 60_000;
const MOST_AGENTS = 30_000;
const MOST_ACTIONS = 200_000;
const TAIL_PAGE = 5_000;
/** Agents: a step takes milliseconds. */
const PURGED_AT_ONCE = 100;
/** An act and the span that tells of it are seldom further apart. */
const SAME_ACT_MS = 3_600_000;

/** Everything as it stands in the database, and the records on top that were not summed there yet. */
export function recall(parts: SumsParts): Sums {
  const sums = new Sums(parts);
  sums.catchUp();
  return sums;
}

export class Sums {
  readonly fleet: Fleet;
  readonly counting: Counting;
  /** Records whose sums are in memory only. */
  unwritten = 0;
  /** Counters hold what a start would not count again: what was counted for one agent and is another's by now. */
  isAhead = false;
  readonly #parts: SumsParts;
  /** The record up to which sums are written. */
  #summed: number;
  /** When each declared agent was heard last, as it was written before the start. */
  readonly #lastSeen: ReadonlyMap<string, number>;
  /** Declared, or heard before the start, and not watched yet. */
  #asleep: string[];
  #periods: ReadonlyMap<string, readonly Period[]>;

  constructor(parts: SumsParts) {
    this.#parts = parts;
    const { tables, registry, limits, now, listening } = parts;
    this.#periods = periodsByAgent(tables);
    this.fleet = new Fleet({
      registry,
      kept: MOST_AGENTS,
      stored: (agentId) => this.#stored(agentId),
      listeningSinceMs: () => listening.sinceMs,
    });
    this.counting = {
      counters: createCounters(limits.series),
      calls: new CountedActions(MOST_ACTIONS),
      artifacts: new CountedActions(MOST_ACTIONS),
      within: new CountedWithin(MOST_ACTIONS),
      settingsOf: (agentId) => this.fleet.settingsOf(agentId, now()),
    };
    this.counting.counters.restore(tables.counters.all());
    declareAll(registry, this.counting);
    this.#summed = tables.settings.get(SUMMED) ?? 0;
    const since = now() - KEPT_MINUTES * MS_PER_MINUTE;
    const lastSeen = [...tables.agents.lastSeen()];
    const heard = lastSeen.flatMap(([name, at]) => (at >= since ? [name] : []));
    this.#lastSeen = new Map(lastSeen.filter(([name]) => registry.agents.has(name)));
    this.#asleep = [...new Set([...registry.agents.keys(), ...heard])];
  }

  /** Adds what was stored after sums were last written. Its findings are stored already. */
  catchUp(): void {
    const { tables, now } = this.#parts;
    for (const { agentId, actionId } of tables.records.actsBetween(now() - SAME_ACT_MS, this.#summed))
      this.counting.calls.isFirst({ agentId, actionId });
    let last = this.#summed;
    for (;;) {
      const page = tables.records.tail(last, TAIL_PAGE);
      for (const { record } of page) this.observe(record, record.receivedAtMs);
      last = page.at(-1)?.id ?? last;
      if (page.length < TAIL_PAGE) break;
    }
    this.fleet.takeEpisodes();
  }

  observe(record: ActionRecord, nowMs: number): readonly Finding[] {
    this.unwritten += 1;
    countRecord(record, this.counting);
    return this.fleet.observe(record, nowMs);
  }

  /** A record turned out to be another agent's. Counters only grow: what was counted for the first stays. */
  correct({ id, before, after }: Moved, nowMs: number): readonly Finding[] {
    const { fleet } = this;
    this.unwritten += 1;
    this.isAhead = true;
    fleet.retract(before, nowMs);
    if (id > this.#summed) {
      countRecord(after, this.counting);
      fleet.unsum(before, nowMs);
      return fleet.observe(after, nowMs);
    }
    const findings = fleet.watch(after, nowMs);
    this.#writeMoved({ before, after }, nowMs);
    return findings;
  }

  /** Its sums are written already, and a start reads none of it again: what it changes is written with it. */
  #writeMoved({ before, after }: Omit<Moved, 'id'>, nowMs: number): void {
    const { fleet } = this;
    const { rollups, endpoints, agents, counters } = this.#parts.tables;
    const { endpoint } = fleet.rollupsOf(after, nowMs);
    rollups.merge(before.agentId, fleet.sumsOf(before, { nowMs, sign: -1 }));
    rollups.merge(after.agentId, fleet.sumsOf(after, { nowMs, sign: 1 }));
    if (endpoint !== null) endpoints.put(after.agentId, [endpoint]);
    agents.seen(after.agentId, after.receivedAtMs);
    counters.grow(countedBy(after, this.counting));
  }

  /** The span that is about to come tells of a call that counters have counted already. */
  isCounted({ traceId, within }: NestedCall): void {
    this.counting.within?.add({ traceId, spanId: within });
  }

  /** Writes what is in memory only, in one transaction. */
  write(): void {
    const { tables } = this.#parts;
    const { counters } = this.counting;
    const newest = tables.records.newest();
    tables.together(() => {
      for (const { agentId, minutes, endpoints, lastSeenMs } of this.fleet.takeUnwritten()) {
        tables.rollups.note(agentId, minutes);
        tables.endpoints.put(agentId, endpoints);
        tables.agents.seen(agentId, lastSeenMs);
      }
      tables.counters.put(counters.takeChanged());
      tables.settings.set(SUMMED, newest);
      tables.rollups.settleMuch();
    });
    this.#summed = newest;
    this.unwritten = 0;
    this.isAhead = false;
  }

  wakeSome(most: number, nowMs: number): boolean {
    for (const agentId of this.#asleep.splice(0, most)) this.fleet.load(agentId, nowMs);
    return this.#asleep.length > 0;
  }

  /** Periods of these agents have changed. */
  excludeAgain(agentIds: ReadonlySet<string>): void {
    this.#periods = periodsByAgent(this.#parts.tables);
    for (const agentId of agentIds) this.fleet.exclude(agentId, this.#periods.get(agentId) ?? []);
  }

  /** Of some agents, after a number; the number to go on from, null at the end. */
  purgeSome(after: number, nowMs: number): number | null {
    const { tables } = this.#parts;
    const oldest = Math.floor(nowMs / MS_PER_MINUTE) - KEPT_MINUTES;
    const range = { first: after + 1, last: after + PURGED_AT_ONCE };
    // Whoever has just come back is not forgotten.
    if (this.unwritten > 0) this.write();
    tables.together(() => {
      this.#forgetSeries(tables.agents.silentSince(range, oldest * MS_PER_MINUTE));
      tables.rollups.purge(range, oldest);
      tables.endpoints.purge(range, oldest);
      tables.episodes.purge(range, oldest);
      tables.periods.purge(oldest * MS_PER_MINUTE);
    });
    return range.last < tables.agents.newest() ? range.last : null;
  }

  /** Of agents that nobody declares, so that names that come and go do not take the room of all others for good. */
  #forgetSeries(agentIds: readonly string[]): void {
    const { tables, registry } = this.#parts;
    for (const agentId of agentIds)
      if (!registry.agents.has(agentId))
        for (const metric of this.counting.counters.forget(agentId)) tables.counters.forget(metric, agentId);
  }

  #stored(agentId: string): StoredState {
    const { tables, now } = this.#parts;
    return {
      minutes: tables.rollups.read(agentId, Math.floor(now() / MS_PER_MINUTE) - KEPT_MINUTES),
      endpoints: tables.endpoints.read(agentId),
      episodes: tables.episodes.read(agentId),
      periods: this.#periods.get(agentId) ?? [],
      lastSeenMs: this.#lastSeen.get(agentId),
      lostReports: (fromMs, toMs) => tables.gaps.around(agentId, fromMs, toMs),
    };
  }
}

/** Counts a record, and says what that added to which counter. */
function countedBy(record: ActionRecord, counting: Counting): CounterRow[] {
  const rows: CounterRow[] = [];
  const { counters } = counting;
  const add: Counters['add'] = (metric, given, value) => {
    const labels = counters.add(metric, given, value);
    rows.push({ metric, labels, value });
    return labels;
  };
  countRecord(record, { ...counting, counters: { ...counters, add } });
  return rows;
}

function periodsByAgent({ periods }: Tables): Map<string, Period[]> {
  const byAgent = new Map<string, Period[]>();
  for (const { agentId, fromMs, toMs } of periods.all())
    byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), { fromMs, toMs }]);
  return byAgent;
}

/** A series that is born with its first count hides that count from `increase()`. */
function declareAll({ agents }: Registry, { counters }: Counting): void {
  for (const { id, tools } of agents.values()) {
    counters.declare(SPEND, [id]);
    counters.declare(ARTIFACTS, [id, 'bypassed']);
    for (const tool of tools) counters.declare(TOOL_CALLS, [id, tool.name]);
  }
}
