/**
 * Telemetry's one writer. A batch of requests is one transaction: records, what they trip, and how far episodes have come
 * stand or fall together, and only then is anybody answered. Sums (rollups, counters) are written from time to time;
 * what came after the last writing is read from the records again at start.
 */
import type { Finding } from '../../core/tripwire/finding.js';
import type { Registry } from '../../registry/registry.js';
import type { RecordPage, Cursor, TraceFound, WorkerLimits } from '../messages.js';
import type { PurgeReport } from '../../core/retention.js';
import { purgeSteps, type PurgeAsk } from '../retention/purge-steps.js';
import { gatherTrace } from '../trace/gather-trace.js';
import type { StoredFinding } from '../database/finding-table.js';
import type { ActionRecord } from '../../core/action-record.js';
import type { Brought } from '../reading/brought.js';
import type { Counters } from '../metrics/counters.js';
import type { FindingFilter, IncidentPeriod, TakenTelemetry, TelemetryRange } from '../types.js';
import type { Correction } from '../wire/types.js';
import { keepBatch } from './keep-batch.js';
import { Listening } from './listening.js';
import { recall, type Sums } from './sums.js';
import type { Tables } from './tables.js';
import { createTally, type Tally } from './tally.js';

export interface EngineOptions {
  readonly tables: Tables;
  readonly registry: Registry;
  readonly limits: WorkerLimits;
  readonly now: () => number;
  readonly log: EngineLog;
}

export interface EngineLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** Spans that a start reads again: an enclosing span that comes only now must not count a call twice. */
const RECALLED_SPANS = 20_000;
const MS_PER_DAY = 86_400_000;
const BUSY: TakenTelemetry = { kind: 'busy', retryAfterSeconds: 5 };
/** Records that a start reads again at the most, but for one batch. */
const SUMMED_EVERY = 50_000;
const MOST_OWED = 50_000;

export class Engine {
  readonly tally: Tally = createTally();
  readonly #options: EngineOptions;
  readonly #listening: Listening;
  #sums: Sums;
  /** Of requests that could not be stored: their senders repeat the spans, but the reader tells whose they are once only. */
  #owed: readonly Correction[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#listening = new Listening(options.tables.settings, options.now());
    this.#sums = this.#recall();
  }

  /** What was stored of late, for the reader to know when it begins. */
  recent(): ActionRecord[] {
    const { records } = this.#options.tables;
    const from = Math.max(0, records.newest() - RECALLED_SPANS);
    return records.tail(from, RECALLED_SPANS).map(({ record }) => record);
  }

  /** Answers each request, in order; everything that is answered as stored is durable. */
  take(batch: readonly Brought[]): TakenTelemetry[] {
    try {
      this.#keep(batch);
    } catch (error) {
      this.#options.log.error({ err: error }, 'telemetry could not be stored: senders are told to repeat it');
      this.#owed = [...this.#owed, ...batch.flatMap(({ corrections }) => corrections)].slice(-MOST_OWED);
      this.#recover();
      return batch.map(() => BUSY);
    }
    if (this.#sums.unwritten >= SUMMED_EVERY) this.writeSums();
    return batch.map(({ accepted, rejected, message }) => ({ kind: 'stored', accepted, rejected, message }));
  }

  /** Lets time pass for at most `most` agents for whom this minute has not come yet. */
  advance(most: number): void {
    const { tables, now } = this.#options;
    const { fleet } = this.#sums;
    const nowMs = now();
    const findings = fleet.advance(nowMs, most);
    const episodes = fleet.takeEpisodes();
    const isNoted = this.#listening.isDue(nowMs);
    if (!isNoted && findings.length + episodes.length === 0) return;
    this.#orRecover(() =>
      tables.together(() => {
        if (isNoted) this.#listening.note(nowMs);
        tables.findings.add(findings);
        for (const { agentId, rows } of episodes) tables.episodes.put(agentId, rows);
      }),
    );
  }

  /** Watches a few more of the agents that were heard before the start; false once it watches them all. */
  wakeSome(most: number): boolean {
    return this.#sums.wakeSome(most, this.#options.now());
  }

  /** Writes rollups and counters, so that a start has less to read again. */
  writeSums(): void {
    if (this.#sums.unwritten === 0) return;
    this.#orRecover(() => this.#sums.write());
  }

  excludePeriods(periods: readonly IncidentPeriod[]): void {
    const { tables } = this.#options;
    tables.together(() => tables.periods.put(periods));
    this.#sums.excludeAgain(new Set(periods.map(({ agentId }) => agentId)));
  }

  /** Findings that nobody has confirmed, after `findingId`. */
  waiting(findingId: number, limit: number): StoredFinding[] {
    return this.#options.tables.findings.waiting(findingId, limit);
  }

  confirm(findingId: number): void {
    const { tables, now } = this.#options;
    tables.together(() => tables.findings.confirm(findingId, now()));
  }

  findings(filter: FindingFilter): readonly Finding[] {
    return this.#options.tables.findings.find(filter);
  }

  page(range: TelemetryRange, after: Cursor | null, limit: number): RecordPage {
    return this.#options.tables.records.page(range, after, limit);
  }

  /** What is stored around an action. */
  trace(actionId: string): TraceFound {
    const { tables, registry, now } = this.#options;
    const keeping = {
      keepsContent: tables.content.isOn,
      keptSinceMs: now() - registry.retention.days * MS_PER_DAY,
      purgedAtMs: tables.purges.lastFinished()?.endedAtMs ?? null,
    };
    return { material: gatherTrace(actionId, tables), keeping };
  }

  /** Deletes what is older than its time, one step at a time. */
  forgetOld(ask: PurgeAsk): Generator<void, PurgeReport | null> {
    const { tables, registry } = this.#options;
    const { content, purges: table } = tables;
    const together = <T>(work: () => T): T => tables.together(work);
    const financial = [...registry.agents.values()].flatMap((agent) =>
      agent.transactionBearing ? [agent.id] : [],
    );
    return purgeSteps({ table, content, together, financial, retention: registry.retention }, ask);
  }

  /** It stands in the journal: the next purge may begin. */
  purgeReported(purgeId: number): void {
    const { tables, now } = this.#options;
    tables.together(() => tables.purges.reported(purgeId, now()));
  }

  get sums(): Sums {
    return this.#sums;
  }

  /** As they may be told: a start after a crash must not tell less, for a counter that falls looks like one that began again. */
  counters(): Counters {
    if (this.#sums.isAhead) this.writeSums();
    return this.#sums.counting.counters;
  }

  /** Forgets, of a few agents, what no wire looks at any more; the number to go on from, null at the end. */
  purgeSome(after: number): number | null {
    let next: number | null = null;
    this.#orRecover(() => {
      next = this.#sums.purgeSome(after, this.#options.now());
    });
    return next;
  }

  close(): void {
    this.writeSums();
    this.#options.tables.close();
  }

  #keep(batch: readonly Brought[]): void {
    const { tables, now, log } = this.#options;
    const keeping = { tables, sums: this.#sums, owed: this.#owed, nowMs: now(), log };
    const kept = tables.together(() => keepBatch(batch, keeping));
    this.#owed = [];
    this.tally.took(batch, kept);
  }

  /** What is in memory may be ahead of what is stored: it is made anew from what is stored. */
  #recover(): void {
    try {
      this.#sums = this.#recall();
    } catch (error) {
      this.#options.log.error({ err: error }, 'telemetry cannot read its database');
      throw error;
    }
  }

  #recall(): Sums {
    return recall({ ...this.#options, listening: this.#listening });
  }

  #orRecover(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log.error({ err: error }, 'telemetry could not write its sums: they are made anew');
      this.#recover();
    }
  }
}
