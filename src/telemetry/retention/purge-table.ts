import type { Database } from 'better-sqlite3';
import type { IncidentHold, PurgeReport } from '../../core/retention.js';
import { spanOfKey, traceKeys } from '../database/record-key.js';

/** A record that is older than its time, or may be. */
export interface OldRecord {
  readonly id: number;
  readonly actionId: string | null;
  readonly atMs: number;
  readonly agent: string;
  readonly agentNumber: number;
  readonly traceId: string | null;
}

/** Something that an agent did or told, from a moment to another. */
export interface Act {
  readonly agent: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly actionId: string | null;
}

/** What a guard could not report, older than its time. */
export interface OldGap {
  readonly id: number;
  readonly agent: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The content of a trace that is older than its time, or may be. */
export interface OldTrace {
  readonly id: number;
  readonly traceId: string;
  readonly lastMs: number;
}

export interface PurgeRow {
  readonly report: PurgeReport;
  readonly isFinished: boolean;
  readonly isReported: boolean;
}

type Hold = Omit<IncidentHold, 'dedupKeys' | 'isLabel'>;

/** What purging reads, deletes and remembers. All of it within the caller's transaction. */
export interface PurgeTable {
  newestRun(): PurgeRow | undefined;
  /** The newest purge that went to its end. */
  lastFinished(): { readonly keptSinceMs: number; readonly endedAtMs: number } | null;
  addRun(day: string, nowMs: number): number;
  putRun(report: PurgeReport): void;
  finish(report: PurgeReport, nowMs: number): void;
  reported(id: number, nowMs: number): void;
  /** From now on these hold, and no others. */
  replaceHolds(holds: readonly IncidentHold[]): void;
  holds(): Hold[];
  heldTraces(): Set<string>;
  /** Once an agent has moved money, what it did then stays with the financial records. */
  noteFinancial(agentIds: readonly string[]): void;
  financial(): Set<string>;
  oldTraces(beforeMs: number, after: OldTrace | null, limit: number): OldTrace[];
  oldRecords(beforeMs: number, after: OldRecord | null, limit: number): OldRecord[];
  /** Arrived before then, and dated later than now, by a clock that was wrong: they are as old as their arrival. */
  misdatedRecords(ask: {
    readonly beforeMs: number;
    readonly nowMs: number;
    readonly limit: number;
  }): OldRecord[];
  /** Who did or told something in a trace, and when. */
  actsOf(traceId: string): Act[];
  /** Who did or told something under an id of an action, and in which trace. */
  actsUnder(actionId: string): (Act & Pick<OldRecord, 'traceId'>)[];
  /** Content and its key. */
  eraseTrace(trace: OldTrace): void;
  /** With the last record of a trace goes what conversation it belonged to, unless its content is still there. */
  deleteRecord(record: OldRecord): void;
  oldGaps(beforeMs: number): OldGap[];
  deleteGap(gap: OldGap): void;
  /** Deleted bytes are overwritten with zeros while this is on. */
  overwrite(isOn: boolean): void;
  /** What was deleted leaves the write-ahead log too. */
  truncateLog(): void;
}

const MOST_ACTS = 20_000;
/** Records that bear one id of an action: nobody means more. */
const MOST_UNDER = 200;

export function purgeTable(database: Database): PurgeTable {
  return { ...runsIn(database), ...holdsIn(database), ...oldIn(database), ...gapsIn(database) };
}

interface StoredRun {
  readonly report: string;
  readonly finished_ms: number | null;
  readonly reported_ms: number | null;
}

function runsIn(database: Database) {
  const newest = database.prepare<[], StoredRun>('select * from purge_run order by id desc limit 1');
  const lastFinished = database.prepare<[], StoredRun>(
    'select * from purge_run where finished_ms is not null order by id desc limit 1',
  );
  const add = database.prepare("insert into purge_run (day, started_ms, report) values (?, ?, '')");
  const put = database.prepare('update purge_run set report = ? where id = ?');
  const finish = database.prepare('update purge_run set report = ?, finished_ms = ? where id = ?');
  const reported = database.prepare('update purge_run set reported_ms = ? where id = ?');
  return {
    newestRun: (): PurgeRow | undefined => {
      const row = newest.get();
      if (row === undefined) return undefined;
      // Our own text, from our own database.
      const report = JSON.parse(row.report) as PurgeReport;
      return { report, isFinished: row.finished_ms !== null, isReported: row.reported_ms !== null };
    },
    lastFinished: () => {
      const row = lastFinished.get();
      if (row === undefined || row.finished_ms === null) return null;
      const { keptSinceMs } = JSON.parse(row.report) as PurgeReport;
      return { keptSinceMs, endedAtMs: row.finished_ms };
    },
    addRun: (day: string, nowMs: number) => Number(add.run(day, nowMs).lastInsertRowid),
    putRun: (report: PurgeReport) => void put.run(JSON.stringify(report), report.id),
    finish: (report: PurgeReport, nowMs: number) => void finish.run(JSON.stringify(report), nowMs, report.id),
    reported: (id: number, nowMs: number) => void reported.run(nowMs, id),
  };
}

function holdsIn(database: Database) {
  const clear = database.prepare('delete from hold');
  const clearTraces = database.prepare('delete from held_trace');
  const add = database.prepare('insert into hold (incident, agent_id, from_ms, to_ms) values (?, ?, ?, ?)');
  const heard = database.prepare<[string], number>('select 1 from agent where name = ?').pluck();
  const addTraces = database.prepare<[string, string]>(
    `insert into held_trace (trace, incident)
     select distinct unhex(trace.value), ? from finding, json_each(finding.body, '$.traceIds') as trace
     where finding.dedup_key = ? and length(trace.value) = 32 and unhex(trace.value) is not null
     on conflict do nothing`,
  );
  const all = database.prepare<[], Hold>(
    'select incident, agent_id as agentId, from_ms as fromMs, to_ms as toMs from hold',
  );
  const traces = database.prepare<[], string>('select distinct lower(hex(trace)) from held_trace').pluck();
  const note = database.prepare('insert into financial_agent (name) values (?) on conflict do nothing');
  const financial = database.prepare<[], string>('select name from financial_agent').pluck();
  return {
    replaceHolds: (holds: readonly IncidentHold[]) => {
      clear.run();
      clearTraces.run();
      for (const { incident, agentId, isLabel, fromMs, toMs, dedupKeys } of holds) {
        const isNobody = isLabel === true && agentId !== null && heard.get(agentId) === undefined;
        add.run(incident, isNobody ? null : agentId, Math.trunc(fromMs), toMs);
        for (const dedupKey of dedupKeys) addTraces.run(incident, dedupKey);
      }
    },
    holds: () => all.all(),
    heldTraces: () => new Set(traces.all()),
    noteFinancial: (agentIds: readonly string[]) => {
      for (const agentId of agentIds) note.run(agentId);
    },
    financial: () => new Set(financial.all()),
  };
}

interface OldRow extends Omit<OldRecord, 'traceId'> {
  readonly key: Buffer | string;
  readonly toldTrace: string | null;
}

function oldIn(database: Database) {
  const traces = database.prepare<[number, number, number, number], OldTrace>(
    `select id, lower(hex(trace)) as traceId, last_ms as lastMs from content_trace
     where last_ms < ? and (last_ms, id) > (?, ?) order by last_ms, id limit ?`,
  );
  const received = "coalesce(body ->> 'receivedAtMs', at_ms)";
  const from = (at: string): string =>
    `select record.id, action_id as actionId, ${at} as atMs, agent.name as agent, record.agent as agentNumber, key,
       body ->> 'traceId' as toldTrace
     from record join agent on agent.id = record.agent`;
  // The greatest id stays: it would be given to another record, which was then taken for one already summed.
  const arrived = `${received} < :beforeMs and record.id < (select max(id) from record)`;
  const records = database.prepare<[object], OldRow>(
    `${from('at_ms')}
     where at_ms < :beforeMs and (at_ms, record.agent, record.id) > (:atMs, :agentNumber, :id) and ${arrived}
     order by at_ms, record.agent, record.id limit :limit`,
  );
  const misdated = database.prepare<[object], OldRow>(
    `${from(received)} where at_ms > :nowMs and ${arrived} order by at_ms limit :limit`,
  );
  const acts = database.prepare<[Buffer, Buffer, Buffer, number], Act>(
    `select agent.name as agent, at_ms as fromMs, at_ms as toMs, action_id as actionId
       from record join agent on agent.id = record.agent where key between ? and ?
     union all select agent.name, from_ms, to_ms, null
       from trace_teller join agent on agent.id = trace_teller.agent where trace = ?
     limit ?`,
  );
  const under = database.prepare<[string, number], OldRow>(`${from('at_ms')} where action_id = ? limit ?`);
  const eraseSpans = database.prepare('delete from content where trace = ?');
  const eraseBundles = database.prepare('delete from content_bundle where trace = ?');
  const eraseKey = database.prepare('delete from content_trace where id = ?');
  const forgetTellers = database.prepare('delete from trace_teller where trace = unhex(?)');
  const forgetConversation = database.prepare('delete from conversation where trace = unhex(?)');
  const deleteRecord = database.prepare('delete from record where id = ?');
  const isThere = database
    .prepare<[Buffer, Buffer, Buffer], number>(
      `select exists (select 1 from record where key between ? and ?)
         or exists (select 1 from content_trace where trace = ?)`,
    )
    .pluck();
  return {
    oldTraces: (beforeMs: number, after: OldTrace | null, limit: number) =>
      traces.all(beforeMs, after?.lastMs ?? -1, after?.id ?? 0, limit),
    oldRecords: (beforeMs: number, after: OldRecord | null, limit: number) =>
      records
        .all({
          beforeMs,
          atMs: after?.atMs ?? -1,
          agentNumber: after?.agentNumber ?? 0,
          id: after?.id ?? 0,
          limit,
        })
        .map(oldRecordOf),
    misdatedRecords: (ask: { beforeMs: number; nowMs: number; limit: number }) =>
      misdated.all(ask).map(oldRecordOf),
    actsOf: (traceId: string) => acts.all(...traceKeys(traceId), Buffer.from(traceId, 'hex'), MOST_ACTS),
    actsUnder: (actionId: string) =>
      under.all(actionId, MOST_UNDER).map((row) => {
        const { agent, atMs, traceId } = oldRecordOf(row);
        return { agent, fromMs: atMs, toMs: atMs, actionId, traceId };
      }),
    eraseTrace: ({ id, traceId }: OldTrace) => {
      eraseSpans.run(id);
      eraseBundles.run(id);
      eraseKey.run(id);
      forgetConversation.run(traceId);
      forgetTellers.run(traceId);
    },
    deleteRecord: ({ id, traceId }: OldRecord) => {
      deleteRecord.run(id);
      if (traceId === null) return;
      if (isThere.get(...traceKeys(traceId), Buffer.from(traceId, 'hex')) === 1) return;
      forgetConversation.run(traceId);
      forgetTellers.run(traceId);
    },
    overwrite: (isOn: boolean) => void database.pragma(`secure_delete = ${isOn ? 'ON' : 'OFF'}`),
    truncateLog: () => void database.pragma('wal_checkpoint(TRUNCATE)'),
  };
}

function oldRecordOf({ key, toldTrace, ...row }: OldRow): OldRecord {
  return { ...row, traceId: spanOfKey(key)?.traceId ?? toldTrace };
}

/** Few: a guard that loses reports says so once for many. */
const MOST_GAPS = 10_000;

function gapsIn(database: Database) {
  const old = database.prepare<[number, number], OldGap>(
    'select id, agent_id as agent, from_ms as fromMs, to_ms as toMs from report_gap where to_ms < ? limit ?',
  );
  const drop = database.prepare('delete from report_gap where id = ?');
  return {
    oldGaps: (beforeMs: number) => old.all(beforeMs, MOST_GAPS),
    deleteGap: ({ id }: OldGap) => void drop.run(id),
  };
}
