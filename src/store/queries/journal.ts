import { randomBytes } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.js';
import { DomainError } from '../../core/errors.js';
import type { Entry, JournalHead, NewEvent } from '../../core/journal.js';
import { entryHash, GENESIS_HASH, privateDigest } from '../chain.js';
import type { Db, EntryTable, PrivateBodyTable } from '../schema.js';
import type { Append } from '../types.js';
import { compiledOnce, ONE_ROW, type ValueOf } from './compiled-once.js';

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
  await insertEntry(db, {
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
  });
  return { size: sealed.seq, hash };
}

const insertEntry = compiledOnce((db, value: ValueOf<EntryTable>) =>
  db.insertInto('entry').values({
    seq: value('seq'),
    stream: value('stream'),
    version: value('version'),
    type: value('type'),
    data: value('data'),
    private_digest: value('private_digest'),
    idempotency_key: value('idempotency_key'),
    actor: value('actor'),
    occurred_at: value('occurred_at'),
    recorded_at: value('recorded_at'),
    prev_hash: value('prev_hash'),
    hash: value('hash'),
  }),
);

async function addPrivateBody(db: Db, value: object | null): Promise<string | null> {
  if (value === null) return null;
  const salt = randomBytes(16).toString('hex');
  const body = canonicalJson(value);
  const digest = privateDigest(salt, body);
  await insertBody(db, { digest, salt, body });
  return digest;
}

const insertBody = compiledOnce((db, value: ValueOf<PrivateBodyTable>) =>
  db.insertInto('private_body').values({ digest: value('digest'), salt: value('salt'), body: value('body') }),
);

/** Half a surrogate pair is stored as U+FFFD; the hash must be taken over what will be read back. */
function asStored(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

async function isKnown(db: Db, idempotencyKey: string | null): Promise<boolean> {
  return idempotencyKey !== null && (await entryOfKey(db, { idempotencyKey })).length > 0;
}

const entryOfKey = compiledOnce((db, value: ValueOf<{ idempotencyKey: string }>) =>
  db.selectFrom('entry').select('seq').where('idempotency_key', '=', value('idempotencyKey')),
);

async function streamVersion(db: Db, stream: string): Promise<number> {
  const [newest] = await newestOf(db, { stream });
  return newest?.version ?? 0;
}

const newestOf = compiledOnce((db, value: ValueOf<{ stream: string }>) =>
  db
    .selectFrom('entry')
    .select('version')
    .where('stream', '=', value('stream'))
    .orderBy('version', 'desc')
    .limit(ONE_ROW),
);

/** The hash of one entry; undefined where there is none. */
export async function entryHashAt(db: Db, stream: string, version: number): Promise<string | undefined> {
  const [found] = await hashAt(db, { stream: asStored(stream), version });
  return found?.hash;
}

const hashAt = compiledOnce((db, value: ValueOf<{ stream: string; version: number }>) =>
  db
    .selectFrom('entry')
    .select('hash')
    .where('stream', '=', value('stream'))
    .where('version', '=', value('version')),
);

export async function journalHead(db: Db): Promise<JournalHead> {
  const [newest] = await newestEntry(db, {});
  return newest === undefined ? { size: 0, hash: GENESIS_HASH } : { size: newest.seq, hash: newest.hash };
}

const newestEntry = compiledOnce((db) =>
  db.selectFrom('entry').select(['seq', 'hash']).orderBy('seq', 'desc').limit(ONE_ROW),
);

export async function readStream(db: Db, stream: string, afterVersion: number): Promise<Entry[]> {
  return (await entriesOf(db, { stream: asStored(stream), afterVersion })).map(toEntry);
}

const entriesOf = compiledOnce((db, value: ValueOf<{ stream: string; afterVersion: number }>) =>
  db
    .selectFrom('entry')
    .leftJoin('private_body', 'private_body.digest', 'entry.private_digest')
    .selectAll('entry')
    .select('private_body.body')
    .where('entry.stream', '=', value('stream'))
    .where('entry.version', '>', value('afterVersion'))
    .orderBy('entry.version'),
);

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
