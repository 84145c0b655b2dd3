import type { Database } from 'better-sqlite3';

/** The number of no agent. */
export const NOBODY = 0;

/** Agents from and with one number up to and with another. */
export interface AgentRange {
  readonly first: number;
  readonly last: number;
}

/** Agents by number: a record needs eight bytes for one in place of its name. */
export interface AgentTable {
  /** The number of an agent; it gets one when it has none. */
  idOf(name: string): number;
  /** Its number; undefined for one that nothing is stored about. */
  find(name: string): number | undefined;
  /** The greatest number of all. */
  newest(): number;
  /** When each agent was last heard, that we know of. */
  lastSeen(): Map<string, number>;
  /** Of these agents, the names of those that were heard, and not since a moment. */
  silentSince(agents: AgentRange, atMs: number): string[];
  seen(name: string, atMs: number): void;
  /** What was remembered may have been rolled back. */
  forget(): void;
}

/** Senders may invent names: beyond this the memory of them starts afresh. */
const KEPT = 100_000;

export function agentTable(database: Database): AgentTable {
  const ids = new Map<string, number>();
  const find = database.prepare<[string], number>('select id from agent where name = ?').pluck();
  const add = database.prepare('insert into agent (name, last_seen_ms) values (?, 0)');
  const see = database.prepare('update agent set last_seen_ms = max(last_seen_ms, ?) where id = ?');
  const newest = database.prepare<[], number>('select coalesce(max(id), 0) from agent').pluck();
  const silent = database
    .prepare<[number, number, number], string>(
      'select name from agent where id between ? and ? and last_seen_ms > 0 and last_seen_ms < ?',
    )
    .pluck();
  const all = database
    .prepare<[], [string, number]>('select name, last_seen_ms from agent where last_seen_ms > 0')
    .raw();
  function idOf(name: string): number {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = find.get(name) ?? Number(add.run(name).lastInsertRowid);
    if (ids.size >= KEPT) ids.clear();
    ids.set(name, id);
    return id;
  }
  return {
    idOf,
    find: (name) => ids.get(name) ?? find.get(name),
    newest: () => newest.get() ?? 0,
    lastSeen: () => new Map(all.all()),
    silentSince: ({ first, last }, atMs) => silent.all(first, last, atMs),
    seen: (name, atMs) => void see.run(atMs, idOf(name)),
    forget: () => ids.clear(),
  };
}
