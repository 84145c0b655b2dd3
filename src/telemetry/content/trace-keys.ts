/** A key for each trace, kept wrapped by the key from the environment. Deleting it erases what is sealed under it. */
import type { Database } from 'better-sqlite3';
import type { ContentKeys } from './content-keys.js';
import { someRandomBytes } from './random-bytes.js';
import { open, seal } from './seal.js';

/** A trace whose content can be sealed. */
export interface SealedTrace {
  readonly id: number;
  readonly key: Buffer;
  /** Was its key made just now? Then nothing is sealed under it yet. */
  readonly isNew: boolean;
}

/** What is known of a trace's content before any of it is opened. */
export type TraceContent =
  | { readonly kind: 'sealed'; readonly id: number; readonly key: Buffer; readonly unstored: number }
  /** Content came, and there was no key to keep it under. */
  | { readonly kind: 'unstored'; readonly unstored: number }
  /** Sealed under a key that nobody gave us. */
  | { readonly kind: 'key-missing'; readonly keyId: string }
  | { readonly kind: 'unreadable' };

export interface TraceKeys {
  /** The key of a trace to seal with, made where there is none; null without a key from the environment. */
  toSeal(traceId: string, nowMs: number): SealedTrace | null;
  /** Content that was not kept. */
  countUnstored(traceId: string, pieces: number, nowMs: number): void;
  /** undefined where no content of it ever came, or all of it was purged. */
  look(traceId: string): TraceContent | undefined;
  /** Ids of keys that the newest traces are sealed under, and that nobody gave us. */
  missing(): readonly string[];
  /** Wraps keys of older keys anew; at most `limit`, and says how many there were. */
  rewrap(limit: number): number;
  /** What is in memory may be ahead of what is stored, or behind. */
  forget(): void;
}

interface Row {
  readonly id: number;
  readonly key_id: string | null;
  readonly wrapped: Buffer | null;
  readonly unstored: number;
}

/** Traces whose spans are on their way: a span's content comes seldom later than this many others. */
const REMEMBERED = 10_000;
/** How often a trace that goes on is noted as going on. */
const TOUCH_MS = 60_000;
const KEY_BYTES = 32;
/** Looked at for keys that are missing: all of them would be a scan of the table. */
const NEWEST_TRACES = 1_000;

export function traceKeys(database: Database, keys: ContentKeys): TraceKeys {
  const find = database.prepare<[Buffer], Row>(
    'select id, key_id, wrapped, unstored from content_trace where trace = ?',
  );
  const put = database.prepare<[Buffer, string | null, Buffer | null, number, number], { id: number }>(
    `insert into content_trace (trace, key_id, wrapped, last_ms, unstored) values (?, ?, ?, ?, ?)
     on conflict (trace) do update set key_id = coalesce(excluded.key_id, key_id),
       wrapped = coalesce(excluded.wrapped, wrapped), last_ms = max(last_ms, excluded.last_ms),
       unstored = unstored + excluded.unstored
     returning id`,
  );
  const add = database.prepare<[Buffer, string, Buffer, number], { id: number }>(
    `insert into content_trace (trace, key_id, wrapped, last_ms, unstored) values (?, ?, ?, ?, 0)
     on conflict (trace) do nothing returning id`,
  );
  const touch = database.prepare<[number, number]>(
    'update content_trace set last_ms = max(last_ms, ?) where id = ?',
  );
  const remembered = new Map<string, SealedTrace & { touchedMs: number }>();

  function remember(traceId: string, trace: SealedTrace, nowMs: number): SealedTrace {
    if (remembered.size >= REMEMBERED)
      for (const [oldest] of remembered) {
        remembered.delete(oldest);
        break;
      }
    remembered.set(traceId, { ...trace, touchedMs: nowMs });
    return trace;
  }

  /** The first bundle of it is the first; the next is not. */
  function rememberNew(traceId: string, made: Omit<SealedTrace, 'isNew'>, nowMs: number): SealedTrace {
    remember(traceId, { ...made, isNew: false }, nowMs);
    return { ...made, isNew: true };
  }

  return {
    toSeal(traceId, nowMs) {
      const known = remembered.get(traceId);
      if (known !== undefined) {
        if (nowMs - known.touchedMs >= TOUCH_MS) {
          touch.run(nowMs, known.id);
          known.touchedMs = nowMs;
        }
        return known;
      }
      const { current } = keys;
      if (current === null) return null;
      const trace = Buffer.from(traceId, 'hex');
      const key = someRandomBytes(KEY_BYTES);
      const wrapped = seal(current.bytes, trace, key);
      // Nearly always it is new: to look first would be one more question.
      const added = add.get(trace, current.id, wrapped, nowMs);
      if (added !== undefined) return rememberNew(traceId, { id: added.id, key }, nowMs);
      const row = find.get(trace);
      const stored = row && keyOf(row, trace, keys);
      if (row !== undefined && stored !== undefined && stored !== null) {
        touch.run(nowMs, row.id);
        return remember(traceId, { id: row.id, key: stored, isNew: false }, nowMs);
      }
      // Its key is there and cannot be opened: what is sealed under it must not be lost to another one.
      if (row?.wrapped) return null;
      const made = put.get(trace, current.id, wrapped, nowMs, 0);
      return made === undefined ? null : rememberNew(traceId, { id: made.id, key }, nowMs);
    },
    countUnstored: (traceId, pieces, nowMs) =>
      void put.get(Buffer.from(traceId, 'hex'), null, null, nowMs, pieces),
    look(traceId) {
      const trace = Buffer.from(traceId, 'hex');
      const row = find.get(trace);
      if (row === undefined) return undefined;
      const { id, unstored, key_id: keyId } = row;
      if (keyId === null) return { kind: 'unstored', unstored };
      if (keys.find(keyId) === undefined) return { kind: 'key-missing', keyId };
      const key = keyOf(row, trace, keys);
      return key === null ? { kind: 'unreadable' } : { kind: 'sealed', id, key, unstored };
    },
    missing: () => {
      const ids = database.prepare<[number], string>(
        `select distinct key_id from (select key_id from content_trace order by id desc limit ?)
         where key_id is not null order by key_id`,
      );
      return ids
        .pluck()
        .all(NEWEST_TRACES)
        .filter((id) => keys.find(id) === undefined);
    },
    rewrap: rewrapper(database, keys),
    forget: () => remembered.clear(),
  };
}

/** null where it cannot be opened. */
function keyOf({ key_id: id, wrapped }: Row, trace: Buffer, keys: ContentKeys): Buffer | null {
  const wrapping = id === null ? undefined : keys.find(id);
  return wrapping === undefined || wrapped === null ? null : open(wrapping.bytes, trace, wrapped);
}

interface Wrapped {
  readonly id: number;
  readonly trace: Buffer;
  readonly key_id: string;
  readonly wrapped: Buffer;
  readonly unstored: number;
}

function rewrapper(database: Database, keys: ContentKeys): TraceKeys['rewrap'] {
  const older = database.prepare<[string, number, number], Wrapped>(
    `select id, trace, key_id, wrapped, unstored from content_trace
     where key_id is not null and key_id <> ? and id > ? order by id limit ?`,
  );
  const set = database.prepare('update content_trace set key_id = ?, wrapped = ? where id = ?');
  let last = 0;
  return (limit) => {
    const { current } = keys;
    if (current === null) return 0;
    const rows = older.all(current.id, last, limit);
    for (const row of rows) {
      const key = keyOf(row, row.trace, keys);
      if (key !== null) set.run(current.id, seal(current.bytes, row.trace, key), row.id);
    }
    // What cannot be opened is passed over until the next round.
    last = rows.length < limit ? 0 : (rows.at(-1)?.id ?? 0);
    return rows.length;
  };
}
