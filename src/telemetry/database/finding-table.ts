import type { Database } from 'better-sqlite3';
import type { Finding } from '../../core/tripwire/finding.js';
import type { FindingFilter } from '../types.js';

export interface StoredFinding {
  readonly findingId: number;
  readonly finding: Finding;
}

export interface FindingTable {
  /** Within the caller's transaction, so that it stands or falls with the records that made it. */
  add(findings: readonly Finding[]): void;
  /** Those that nobody has confirmed, oldest first, after `findingId`. */
  waiting(findingId: number, limit: number): StoredFinding[];
  confirm(findingId: number, atMs: number): void;
  /** Newest first. */
  find(filter: FindingFilter): Finding[];
}

interface Row {
  readonly id: number;
  readonly body: string;
}

export function findingTable(database: Database): FindingTable {
  const add = database.prepare(
    'insert into finding (dedup_key, agent_id, mode, fired_at_ms, body) values (?, ?, ?, ?, ?)',
  );
  const waiting = database.prepare<[number, number], Row>(
    'select id, body from finding where confirmed_at_ms is null and id > ? order by id limit ?',
  );
  const confirm = database.prepare(
    'update finding set confirmed_at_ms = ? where id = ? and confirmed_at_ms is null',
  );
  return {
    add: (findings) => {
      for (const finding of findings) {
        const { dedupKey, agentId, mode, firedAtMs } = finding;
        add.run(dedupKey, agentId, mode, firedAtMs, JSON.stringify(finding));
      }
    },
    waiting: (findingId, limit) =>
      waiting.all(findingId, limit).map(({ id, body }) => ({ findingId: id, finding: findingOf(body) })),
    confirm: (findingId, atMs) => void confirm.run(atMs, findingId),
    find: (filter) => findIn(database, filter),
  };
}

const CONDITIONS: Readonly<Record<Exclude<keyof FindingFilter, 'limit'>, string>> = {
  fromMs: 'fired_at_ms >= :fromMs',
  toMs: 'fired_at_ms < :toMs',
  agentId: 'agent_id = :agentId',
  dedupKey: 'dedup_key = :dedupKey',
  mode: 'mode = :mode',
};

function findIn(database: Database, filter: FindingFilter): Finding[] {
  const limits = Object.entries(CONDITIONS).flatMap(([name, condition]) =>
    name in filter ? [condition] : [],
  );
  const where = limits.length === 0 ? '' : `where ${limits.join(' and ')}`;
  return database
    .prepare<[object], string>(
      `select body from finding ${where} order by fired_at_ms desc, id desc limit :limit`,
    )
    .pluck()
    .all(filter)
    .map(findingOf);
}

/** Our own text, from our own database. */
function findingOf(body: string): Finding {
  return JSON.parse(body) as Finding;
}
