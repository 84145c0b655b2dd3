/**
 * A reading of a stream that is kept, so that reading it again costs only what is new in it. What is kept is never
 * trusted over the journal: each reading looks at what came after it, and whether it still stands where it did.
 * What a transaction has appended is kept apart until it has committed, and forgotten when it is rolled back.
 */
import { entryHashAt, readStream } from './queries/journal.js';
import type { Db } from './schema.js';
import type { Projection } from './types.js';

/** Where one database's readings are kept: those of committed entries, and those of one open transaction. */
export interface Readings {
  readonly committed: object;
  readonly open?: OpenReadings;
}

export interface OpenReadings {
  readonly key: object;
  /** Run once the transaction has committed. */
  readonly keep: (() => void)[];
}

export function openReadings(): OpenReadings {
  return { key: {}, keep: [] };
}

export async function foldStream<S>(db: Db, projection: Projection<S>, readings: Readings): Promise<S> {
  const { kept, stream, empty, apply } = projection;
  const { committed, open } = readings;
  const before = await standing(db, projection, readings);
  const entries = await readStream(db, stream, before?.version ?? 0);
  const last = entries.at(-1);
  if (last === undefined) return before?.state ?? empty;
  const state = entries.reduce(apply, before?.state ?? empty);
  const next = { version: last.version, hash: last.hash, state };
  if (open === undefined) keepNewer(projection, committed, next);
  else {
    kept.set(open.key, next);
    open.keep.push(() => keepNewer(projection, committed, next));
  }
  return state;
}

/** What is kept, if the journal still holds the very entry it ended with. */
async function standing<S>(db: Db, { kept, stream }: Projection<S>, { committed, open }: Readings) {
  const before = (open && kept.get(open.key)) ?? kept.get(committed);
  if (before === undefined) return undefined;
  if ((await entryHashAt(db, stream, before.version)) === before.hash) return before;
  if (open !== undefined) kept.delete(open.key);
  kept.delete(committed);
  return undefined;
}

type Kept<S> = { readonly version: number; readonly hash: string; readonly state: S };

function keepNewer<S>({ kept }: Projection<S>, committed: object, next: Kept<S>): void {
  if ((kept.get(committed)?.version ?? 0) < next.version) kept.set(committed, next);
}
