import type { Database, Statement } from 'better-sqlite3';
import type { ActionRecord, Review } from '../../core/action-record.js';
import type { Cursor, RecordPage } from '../messages.js';
import type { TelemetryRange } from '../types.js';
import type { AgentCorrection, NestedCall } from '../wire/types.js';
import type { AgentTable } from './agent-table.js';
import { bodyOf, recordOf, type RecordRow } from './record-body.js';
import { spanKey } from './record-key.js';
import type { Storable } from './storable.js';

/** A record as it was and as it is now. */
export interface Moved {
  readonly id: number;
  readonly before: ActionRecord;
  readonly after: ActionRecord;
}

/** Something with an action id that an agent did. */
export interface Act {
  readonly agentId: string;
  readonly actionId: string;
}

export interface RecordTable {
  /** Stores what is not there yet, and returns it, in order. Within the caller's transaction. */
  add(records: readonly Storable[]): ActionRecord[];
  /** The number of the newest record; 0 where there is none. */
  newest(): number;
  /** Records in the order in which they were stored, after `id`. */
  tail(id: number, limit: number): readonly { readonly id: number; readonly record: ActionRecord }[];
  /** Gives a span's records to the agent that it turned out to be. */
  move(correction: AgentCorrection): Moved[];
  /** Is this span stored as a call that counts? */
  isCall(span: Pick<NestedCall, 'traceId' | 'spanId'>): boolean;
  /** Takes a call back that the span around it tells of; nothing where it is stored as none. */
  absorb(call: NestedCall): Moved[];
  /** The newest review that was reported of an action; null where there is none. */
  reviewOf(agentId: string, actionId: string): Review | null;
  /** Tool calls with an id, since `atMs`, up to and with record `id`. */
  actsBetween(atMs: number, id: number): IterableIterator<Act>;
  /** When the oldest act was, of all agents or of one; null where nothing is stored. */
  oldest(agentId: string | null): number | null;
  /** In order of time; at most `limit`. */
  page(range: TelemetryRange, after: Cursor | null, limit: number): RecordPage;
}

/** Rows of one statement: beyond this the gain is small. */
const ROWS = 40;
const COLUMNS = 'record.id, key, at_ms, record.agent as agent_id, agent.name as agent, action_id, body';

export function recordTable(database: Database, agents: AgentTable): RecordTable {
  const insert = inserter(database);
  const newest = database.prepare<[], number>('select coalesce(max(id), 0) from record').pluck();
  const since = database.prepare<[number], Buffer | string>('select key from record where id > ?').pluck();
  const from = `select ${COLUMNS} from record join agent on agent.id = record.agent`;
  const tail = database.prepare<[number, number], RecordRow>(
    `${from} where record.id > ? order by record.id limit ?`,
  );
  const acts = database.prepare<[number, number], Act>(
    `select agent.name as agentId, action_id as actionId from record join agent on agent.id = record.agent
     where at_ms >= ? and record.id <= ? and action_id is not null and body ->> 'kind' = 'tool' order by at_ms`,
  );

  function addSome(some: readonly Storable[], stored: ActionRecord[]): void {
    const values: unknown[] = [];
    for (const { record, key, body } of some)
      values.push(key, Math.trunc(record.atMs), agents.idOf(record.agentId), record.actionId, body);
    const before = newest.get() ?? 0;
    const isAll = insert(values, some.length) === some.length;
    const added = isAll ? null : new Set(since.all(before).map(textOf));
    for (const { record, key } of some) {
      // Of two in one statement the first was stored.
      if (added === null || added.delete(textOf(key))) stored.push(record);
    }
  }

  return {
    add: (records) => {
      const stored: ActionRecord[] = [];
      for (const some of slices(records)) addSome(some, stored);
      return stored;
    },
    newest: () => newest.get() ?? 0,
    tail: (id, limit) => tail.all(id, limit).map((row) => ({ id: row.id, record: recordOf(row) })),
    move: mover(database, agents, from),
    ...absorber(database, from),
    reviewOf: reviewFinder(database, from),
    actsBetween: (atMs, id) => acts.iterate(atMs, id),
    oldest: (agentId) => oldestOf(database, agentId),
    page: (range, after, limit) => pageOf(database, from, { range, after, limit }),
  };
}

function mover(
  database: Database,
  agents: AgentTable,
  from: string,
): (correction: AgentCorrection) => Moved[] {
  const find = database.prepare<[Buffer, string], RecordRow>(`${from} where key = ? and agent.name = ?`);
  const put = database.prepare('update record set agent = ?, body = ? where id = ?');
  return ({ traceId, spanId, fromAgentId, toAgentId, actionClass }) => {
    return find.all(spanKey(traceId, spanId), fromAgentId).map((row) => {
      const before = recordOf(row);
      const after = { ...before, agentId: toAgentId, actionClass };
      put.run(agents.idOf(toAgentId), bodyOf(after, true), row.id);
      return { id: row.id, before, after };
    });
  };
}

function absorber(database: Database, from: string): Pick<RecordTable, 'isCall' | 'absorb'> {
  const find = database.prepare<[Buffer], RecordRow>(`${from} where key = ? and body ->> 'kind' = 'tool'`);
  const put = database.prepare('update record set body = ? where id = ?');
  return {
    isCall: ({ traceId, spanId }) => find.get(spanKey(traceId, spanId)) !== undefined,
    absorb: ({ traceId, spanId }) =>
      find.all(spanKey(traceId, spanId)).map((row) => {
        const before = recordOf(row);
        const after: ActionRecord = { ...before, kind: 'other' };
        put.run(bodyOf(after, true), row.id);
        return { id: row.id, before, after };
      }),
  };
}

function reviewFinder(database: Database, from: string): RecordTable['reviewOf'] {
  const find = database.prepare<[string, string], RecordRow>(
    `${from} where action_id = ? and agent.name = ? order by record.id desc limit 20`,
  );
  return (agentId, actionId) => {
    const reviews = find.all(actionId, agentId).map(recordOf);
    return reviews.find(({ kind, review }) => kind === 'other' && review !== null)?.review ?? null;
  };
}

function textOf(key: Buffer | string): string {
  return typeof key === 'string' ? key : key.toString('latin1');
}

function slices<T>(items: readonly T[]): (readonly T[])[] {
  if (items.length <= ROWS) return items.length === 0 ? [] : [items];
  return Array.from({ length: Math.ceil(items.length / ROWS) }, (_, index) =>
    items.slice(index * ROWS, (index + 1) * ROWS),
  );
}

/** Takes the columns of so many rows, one after the other; says how many were new. */
function inserter(database: Database): (values: readonly unknown[], rows: number) => number {
  const prepared = new Map<number, Statement<unknown[]>>();
  return (values, rows) => {
    const known = prepared.get(rows);
    const statement = known ?? database.prepare<unknown[]>(insertText(rows));
    if (known === undefined) prepared.set(rows, statement);
    return statement.run(values).changes;
  };
}

function insertText(rows: number): string {
  const values = Array.from({ length: rows }, () => '(?, ?, ?, ?, ?)').join(', ');
  return `insert into record (key, at_ms, agent, action_id, body) values ${values} on conflict (key) do nothing`;
}

function oldestOf(database: Database, agentId: string | null): number | null {
  const ofAgent = agentId === null ? '' : 'where agent = (select id from agent where name = :agentId)';
  const oldest = database.prepare<[object], number | null>(
    `select at_ms from record ${ofAgent} order by at_ms limit 1`,
  );
  return oldest.pluck().get({ ...(agentId !== null && { agentId }) }) ?? null;
}

interface Page {
  readonly range: TelemetryRange;
  readonly after: Cursor | null;
  readonly limit: number;
}

function pageOf(database: Database, from: string, { range, after, limit }: Page): RecordPage {
  const { fromMs, toMs, agentId } = range;
  const start = after ?? { atMs: fromMs, agent: 0, id: 0 };
  const ofAgent = agentId === null ? '' : 'and agent.name = :agentId';
  const rows = database
    .prepare<[object], RecordRow>(
      `${from} where (at_ms, record.agent, record.id) > (:atMs, :agent, :id) and at_ms < :toMs ${ofAgent}
       order by at_ms, record.agent, record.id limit :limit`,
    )
    .all({ ...start, toMs, limit, ...(agentId !== null && { agentId }) });
  const last = rows.at(-1);
  const next =
    last === undefined || rows.length < limit
      ? null
      : { atMs: last.at_ms, agent: last.agent_id, id: last.id };
  return { records: rows.map(recordOf), next };
}
