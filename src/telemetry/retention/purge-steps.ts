/**
 * Deletes what is older than its time, a little at a time, so that nobody waits for it. Each step is one transaction, with
 * its counts: killed at any point it goes on where it was, and counts nothing twice.
 */
import type { IncidentHold, PurgeCount, PurgeReport, Retention } from '../../core/retention.js';
import type { ContentStore } from '../content/content-store.js';
import { keepReasons, type KeepReason } from './keep-reasons.js';
import type { OldRecord, OldTrace, PurgeTable } from './purge-table.js';

export interface PurgeAsk {
  readonly nowMs: number;
  /** All that hold: what is not in here is not held. */
  readonly holds: readonly IncidentHold[];
}

export interface PurgeParts {
  readonly table: PurgeTable;
  readonly content: ContentStore;
  readonly retention: Retention;
  /** Agents that move money now. */
  readonly financial: readonly string[];
  readonly together: <T>(work: () => T) => T;
}

const MS_PER_DAY = 86_400_000;
const TRACES_AT_ONCE = 100;
const RECORDS_AT_ONCE = 1_000;
const KEYS_AT_ONCE = 500;
const NONE: PurgeCount = { records: 0, traces: 0 };

/** One purge a day (UTC); null where the day has had its own. One that is not reported yet is given again. */
export function* purgeSteps(parts: PurgeParts, ask: PurgeAsk): Generator<void, PurgeReport | null> {
  const { table, together } = parts;
  const newest = table.newestRun();
  if (newest?.isFinished === true && !newest.isReported) return newest.report;
  const day = new Date(ask.nowMs).toISOString().slice(0, 10);
  if (newest?.isFinished === true && newest.report.day >= day) return null;
  const before = newest?.isFinished === false ? newest.report : undefined;
  let report = together(() => begin(parts, { ask, day, before }));
  yield;
  report = yield* purgeTraces(parts, report);
  report = yield* purgeRecords(parts, report);
  while (together(() => parts.content.rewrap(KEYS_AT_ONCE)) === KEYS_AT_ONCE) yield;
  together(() => table.finish(report, ask.nowMs));
  table.truncateLog();
  return report;
}

interface Beginning {
  readonly ask: PurgeAsk;
  readonly day: string;
  /** A purge that was broken off: what it deleted stays counted, what it kept is counted anew. */
  readonly before: PurgeReport | undefined;
}

function begin({ table, retention, financial }: PurgeParts, { ask, day, before }: Beginning): PurgeReport {
  table.replaceHolds(ask.holds);
  table.noteFinancial(financial);
  const report: PurgeReport = {
    id: before?.id ?? table.addRun(day, ask.nowMs),
    day: before?.day ?? day,
    keptSinceMs: ask.nowMs - retention.days * MS_PER_DAY,
    financialSinceMs: ask.nowMs - Math.max(retention.days, retention.financialDays) * MS_PER_DAY,
    deleted: before?.deleted ?? NONE,
    newestDeletedMs: before?.newestDeletedMs ?? null,
    oldestDeletedMs: before?.oldestDeletedMs ?? null,
    kept: { incident: NONE, financial: NONE },
    oldestKeptMs: null,
    holds: ask.holds.length,
  };
  table.putRun(report);
  return report;
}

function* purgeTraces(parts: PurgeParts, begun: PurgeReport): Generator<void, PurgeReport> {
  const { table } = parts;
  const reasons = keepReasons(table, begun);
  let report = begun;
  for (let after: OldTrace | null = null; ;) {
    const page = table.oldTraces(begun.keptSinceMs, after, TRACES_AT_ONCE);
    report = inOneStep(parts, report, (counted) =>
      page.reduce((sum, trace) => {
        const reason = reasons.ofTrace(trace.traceId, trace.lastMs);
        if (reason === null) table.eraseTrace(trace);
        return counting(sum, { what: 'traces', reason, atMs: trace.lastMs });
      }, counted),
    );
    parts.content.forget();
    yield;
    if (page.length < TRACES_AT_ONCE) return report;
    after = page.at(-1) ?? null;
  }
}

function* purgeRecords(parts: PurgeParts, begun: PurgeReport): Generator<void, PurgeReport> {
  const { table } = parts;
  const reasons = keepReasons(table, begun);
  let report = begun;
  for (let after: OldRecord | null = null; ;) {
    const page = table.oldRecords(begun.keptSinceMs, after, RECORDS_AT_ONCE);
    report = inOneStep(parts, report, (counted) =>
      page.reduce((sum, record) => {
        const reason = reasons.ofRecord(record);
        if (reason === null) table.deleteRecord(record.id);
        return counting(sum, { what: 'records', reason, atMs: record.atMs });
      }, counted),
    );
    yield;
    if (page.length < RECORDS_AT_ONCE) return report;
    after = page.at(-1) ?? null;
  }
}

function inOneStep(
  { table, together }: PurgeParts,
  report: PurgeReport,
  work: (report: PurgeReport) => PurgeReport,
): PurgeReport {
  table.overwrite(true);
  try {
    return together(() => {
      const counted = work(report);
      table.putRun(counted);
      return counted;
    });
  } finally {
    table.overwrite(false);
  }
}

interface Judged {
  readonly what: keyof PurgeCount;
  readonly reason: KeepReason | null;
  readonly atMs: number;
}

function counting(report: PurgeReport, { what, reason, atMs }: Judged): PurgeReport {
  if (reason !== null)
    return {
      ...report,
      kept: { ...report.kept, [reason]: oneMore(report.kept[reason], what) },
      oldestKeptMs: Math.min(report.oldestKeptMs ?? atMs, atMs),
    };
  return {
    ...report,
    deleted: oneMore(report.deleted, what),
    newestDeletedMs: Math.max(report.newestDeletedMs ?? atMs, atMs),
    oldestDeletedMs: Math.min(report.oldestDeletedMs ?? atMs, atMs),
  };
}

function oneMore(count: PurgeCount, what: keyof PurgeCount): PurgeCount {
  return { ...count, [what]: count[what] + 1 };
}
