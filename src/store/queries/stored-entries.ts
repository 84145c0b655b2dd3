import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../schema.js';

/** A journal row as its bytes lie in the database, for verifying; null where the column is. */
export interface StoredEntry {
  readonly seq: number;
  readonly version: number;
  readonly stream: Uint8Array | null;
  readonly type: Uint8Array | null;
  readonly data: Uint8Array | null;
  readonly privateDigest: Uint8Array | null;
  readonly idempotencyKey: Uint8Array | null;
  readonly actor: Uint8Array | null;
  readonly occurredAt: Uint8Array | null;
  readonly recordedAt: Uint8Array | null;
  readonly prevHash: Uint8Array | null;
  readonly hash: Uint8Array | null;
  readonly salt: Uint8Array | null;
  readonly body: Uint8Array | null;
}

export async function storedEntries(db: Db, afterSeq: number, limit: number): Promise<StoredEntry[]> {
  return db
    .selectFrom('entry')
    .leftJoin('private_body', 'private_body.digest', 'entry.private_digest')
    .select([
      'entry.seq',
      'entry.version',
      bytes('entry.stream').as('stream'),
      bytes('entry.type').as('type'),
      bytes('entry.data').as('data'),
      bytes('entry.private_digest').as('privateDigest'),
      bytes('entry.idempotency_key').as('idempotencyKey'),
      bytes('entry.actor').as('actor'),
      bytes('entry.occurred_at').as('occurredAt'),
      bytes('entry.recorded_at').as('recordedAt'),
      bytes('entry.prev_hash').as('prevHash'),
      bytes('entry.hash').as('hash'),
      bytes('private_body.salt').as('salt'),
      bytes('private_body.body').as('body'),
    ])
    .where('entry.seq', '>', afterSeq)
    .orderBy('entry.seq')
    .limit(limit)
    .execute();
}

/** Text columns are read as bytes: SQLite keeps bytes that are no text, and reading them as text would hide it. */
function bytes(column: string): RawBuilder<Uint8Array | null> {
  return sql<Uint8Array | null>`cast(${sql.ref(column)} as blob)`;
}

/** A private body that no entry refers to. */
export interface StrayBody {
  readonly digest: string;
  readonly salt: string;
  readonly body: string;
}

export async function strayBodies(db: Db): Promise<StrayBody[]> {
  return db
    .selectFrom('private_body')
    .leftJoin('entry', 'entry.private_digest', 'private_body.digest')
    .select(['private_body.digest', 'private_body.salt', 'private_body.body'])
    .where('entry.seq', 'is', null)
    .execute();
}

export async function seqOfDigest(db: Db, digest: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('entry')
    .select('seq')
    .where('private_digest', '=', digest)
    .executeTakeFirst();
  return row?.seq;
}

export async function countEntries(db: Db): Promise<{ entries: number; erased: number }> {
  const row = await db
    .selectFrom('entry')
    .leftJoin('private_body', 'private_body.digest', 'entry.private_digest')
    .select(({ fn }) => [
      fn.countAll<number>().as('entries'),
      fn.count<number>('entry.private_digest').as('withBody'),
      fn.count<number>('private_body.digest').as('kept'),
    ])
    .executeTakeFirstOrThrow();
  return { entries: Number(row.entries), erased: Number(row.withBody) - Number(row.kept) };
}
