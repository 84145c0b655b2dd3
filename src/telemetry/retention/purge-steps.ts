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
  report = purgeMisdated(parts, report, ask);
  together(() => forgetGaps(table, report));
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

/** One kind of what is purged: how it is read, page by page, what keeps a row of it, and how one goes. */
interface Purged<Row> {
  readonly what: keyof PurgeCount;
  readonly atOnce: number;
  readonly page: (after: Row | null) => readonly Row[];
  readonly judge: (row: Row) => Pick<Judged, 'reason' | 'atMs'>;
  readonly erase: (row: Row) => void;
}

function purgeTraces(parts: PurgeParts, begun: PurgeReport): Generator<void, PurgeReport> {
  const { table } = parts;
  const reasons = keepReasons(table, begun);
  return purgePages<OldTrace>(parts, begun, {
    what: 'traces',
    atOnce: TRACES_AT_ONCE,
    page: (after) => table.oldTraces(begun.keptSinceMs, after, TRACES_AT_ONCE),
    judge: ({ traceId, lastMs }) => ({ reason: reasons.ofTrace(traceId, lastMs), atMs: lastMs }),
    erase: (trace) => table.eraseTrace(trace),
  });
}

function purgeRecords(parts: PurgeParts, begun: PurgeReport): Generator<void, PurgeReport> {
  const { table } = parts;
  const reasons = keepReasons(table, begun);
  return purgePages<OldRecord>(parts, begun, {
    what: 'records',
    atOnce: RECORDS_AT_ONCE,
    page: (after) => table.oldRecords(begun.keptSinceMs, after, RECORDS_AT_ONCE),
    judge: (record) => ({ reason: reasons.ofRecord(record), atMs: record.atMs }),
    erase: (record) => table.deleteRecord(record),
  });
}

/** In one step: a clock that runs ahead is soon noticed. Those that are kept come again with the next purge. */
function purgeMisdated(parts: PurgeParts, begun: PurgeReport, { nowMs }: PurgeAsk): PurgeReport {
  const { table } = parts;
  const reasons = keepReasons(table, begun);
  const rows = table.misdatedRecords({ beforeMs: begun.keptSinceMs, nowMs, limit: RECORDS_AT_ONCE });
  return inOneStep(parts, begun, (counted) =>
    rows.reduce((sum, record) => {
      const reason = reasons.ofRecord(record);
      if (reason === null) table.deleteRecord(record);
      return counting(sum, { what: 'records', reason, atMs: record.atMs });
    }, counted),
  );
}

function* purgePages<Row>(
  parts: PurgeParts,
  begun: PurgeReport,
  { what, atOnce, page, judge, erase }: Purged<Row>,
): Generator<void, PurgeReport> {
  let report = begun;
  for (let after: Row | null = null; ;) {
    const rows = page(after);
    report = inOneStep(parts, report, (counted) =>
      rows.reduce((sum, row) => {
        const judged = judge(row);
        if (judged.reason === null) erase(row);
        return counting(sum, { what, ...judged });
      }, counted),
    );
    // Keys that are remembered may be of traces that are gone.
    parts.content.forget();
    yield;
    if (rows.length < atOnce) return report;
    after = rows.at(-1) ?? null;
  }
}

/** Gaps say why a check is missing: they go when the records do that they are about. */
function forgetGaps(table: PurgeTable, report: PurgeReport): void {
  const reasons = keepReasons(table, report);
  for (const gap of table.oldGaps(report.keptSinceMs)) if (reasons.ofGap(gap) === null) table.deleteGap(gap);
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
