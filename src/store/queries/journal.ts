import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.js';
import { DomainError } from '../../core/errors.js';
import type { Entry, JournalHead, NewEvent } from '../../core/journal.js';
import { entryHash, GENESIS_HASH, privateDigest } from '../chain.js';
import type { Db, EntryTable } from '../schema.js';
import type { Append } from '../types.js';

/** The caller's transaction must be the only writer of the journal: `seq` has no holes. */
export async function append(db: Db, request: Append): Promise<boolean> {
  const idempotencyKey = request.idempotencyKey === undefined ? null : asStored(request.idempotencyKey);
  if (request.events.length === 0 || (await isKnown(db, idempotencyKey))) return false;
  const stream = asStored(request.stream);
  let version = await streamVersion(db, stream);
  if (request.expectedVersion !== undefined && request.expectedVersion !== version) {
    throw new DomainError(
      'conflict',
      `${stream} was changed by somebody else at the same moment. Look at it again and repeat what still applies.`,
    );
  }
  let head = await journalHead(db);
  for (const [index, event] of request.events.entries()) {
    version += 1;
    head = await addEntry(db, head, {
      ...request,
      stream,
      version,
      event,
      idempotencyKey: index === 0 ? idempotencyKey : null,
    });
  }
  return true;
}

interface NextEntry extends Omit<Append, 'idempotencyKey'> {
  readonly version: number;
  readonly event: NewEvent;
  readonly idempotencyKey: string | null;
}

async function addEntry(db: Db, head: JournalHead, next: NextEntry): Promise<JournalHead> {
  const sealed = {
    seq: head.size + 1,
    stream: next.stream,
    version: next.version,
    type: next.event.type,
    data: canonicalJson(next.event.data),
    privateDigest: await addPrivateBody(db, next.event.private ?? null),
    idempotencyKey: next.idempotencyKey,
    actor: canonicalJson(next.actor),
    occurredAt: next.occurredAt,
    recordedAt: next.recordedAt,
    prevHash: head.hash,
  };
  const hash = entryHash(sealed);
  await db
    .insertInto('entry')
    .values({
      seq: sealed.seq,
      stream: sealed.stream,
      version: sealed.version,
      type: sealed.type,
      data: sealed.data,
      private_digest: sealed.privateDigest,
      idempotency_key: sealed.idempotencyKey,
      actor: sealed.actor,
      occurred_at: sealed.occurredAt,
      recorded_at: sealed.recordedAt,
      prev_hash: sealed.prevHash,
      hash,
    })
    .execute();
  return { size: sealed.seq, hash };
}

async function addPrivateBody(db: Db, value: object | null): Promise<string | null> {
  if (value === null) return null;
  const salt = randomBytes(16).toString('hex');
  const body = canonicalJson(value);
  const digest = privateDigest(salt, body);
  await db.insertInto('private_body').values({ digest, salt, body }).execute();
  return digest;
}

/** Half a surrogate pair is stored as U+FFFD; the hash must be taken over what will be read back. */
function asStored(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

async function isKnown(db: Db, idempotencyKey: string | null): Promise<boolean> {
  if (idempotencyKey === null) return false;
  const found = await db
    .selectFrom('entry')
    .select('seq')
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  return found !== undefined;
}

async function streamVersion(db: Db, stream: string): Promise<number> {
  const newest = await db
    .selectFrom('entry')
    .select('version')
    .where('stream', '=', stream)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest?.version ?? 0;
}

/** The hash of one entry; undefined where there is none. */
export async function entryHashAt(db: Db, stream: string, version: number): Promise<string | undefined> {
  const found = await db
    .selectFrom('entry')
    .select('hash')
    .where('stream', '=', asStored(stream))
    .where('version', '=', version)
    .executeTakeFirst();
  return found?.hash;
}

export async function journalHead(db: Db): Promise<JournalHead> {
  const newest = await db
    .selectFrom('entry')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest === undefined ? { size: 0, hash: GENESIS_HASH } : { size: newest.seq, hash: newest.hash };
}

export async function readStream(db: Db, stream: string, afterVersion: number): Promise<Entry[]> {
  const rows = await db
    .selectFrom('entry')
    .leftJoin('private_body', 'private_body.digest', 'entry.private_digest')
    .selectAll('entry')
    .select('private_body.body')
    .where('entry.stream', '=', asStored(stream))
    .where('entry.version', '>', afterVersion)
    .orderBy('entry.version')
    .execute();
  return rows.map(toEntry);
}

function toEntry(row: EntryTable & { body: string | null }): Entry {
  return {
    seq: row.seq,
    stream: row.stream,
    version: row.version,
    type: row.type,
    data: JSON.parse(row.data),
    private: row.body === null ? null : JSON.parse(row.body),
    actor: JSON.parse(row.actor),
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    hash: row.hash,
  };
}
