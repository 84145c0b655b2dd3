/**
 * Reads the whole journal as it lies in the database and says what is the first thing that does not hold.
 *
 * What the chain alone cannot show (a cut tail, a chain rewritten from some point on) is found by comparing it
 * with heads that were shown outside: stored checkpoints, and those that an operator hands in, from a card's
 * footer say. Whoever can write the database can also remove stored checkpoints; only the latter are beyond reach.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DomainError } from '../core/errors.js';
import type { JournalHead } from '../core/journal.js';
import { entryHash, GENESIS_HASH, privateDigest } from './chain.js';
import { checkpoints } from './queries/checkpoints.js';
import { journalHead } from './queries/journal.js';
import {
  countEntries,
  seqOfDigest,
  storedEntries,
  strayBodies,
  type StoredEntry,
} from './queries/stored-entries.js';
import type { Run } from './reader.js';
import type { Verification } from './types.js';

type Fault = NonNullable<Verification['broken']>;

/** A head seen outside, and where. */
interface Anchor extends JournalHead {
  readonly from: 'a checkpoint' | 'the head you gave';
}

export interface VerifyDeps {
  readonly read: Run;
  readonly isDamage: (error: unknown) => boolean;
}

/** Small enough that hashing one batch keeps nobody waiting. */
const BATCH = 200;
/** Below any number an entry could be given, so that none hides in front of the first. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

export async function verifyJournal(
  { read, isDamage }: VerifyDeps,
  expected: readonly JournalHead[],
): Promise<Verification> {
  const given = expected.map(asAnchor);
  const walk = new Walk();
  try {
    const stored = (await read(checkpoints)).map((head): Anchor => ({ ...head, from: 'a checkpoint' }));
    const stray = await strayFault(read);
    const walked = await walk.run(read, [...stored, ...given]);
    const { entries, erased } = await read(countEntries);
    return { entries, erased, head: await read(journalHead), broken: earlier(walked, stray) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const { head } = walk;
    const broken = { seq: head.size + 1, what: 'the database file is damaged here and cannot be read' };
    return { entries: head.size, erased: 0, head, broken };
  }
}

function asAnchor({ size, hash }: JournalHead): Anchor {
  if (!Number.isSafeInteger(size) || size < 0 || !/^[0-9a-f]{16,64}$/i.test(hash))
    throw new DomainError(
      'invalid-input',
      'A journal head is its size, a colon and at least 16 digits of its hash.',
    );
  return { size, hash: hash.toLowerCase(), from: 'the head you gave' };
}

function earlier(a: Fault | null, b: Fault | null): Fault | null {
  if (a === null || b === null) return a ?? b;
  return b.seq < a.seq ? b : a;
}

/** One pass from the first entry to the last, holding what the next entry must fit. */
class Walk {
  head: JournalHead = { size: 0, hash: GENESIS_HASH };
  readonly #versions = new Map<string, number>();

  async run(read: Run, anchors: readonly Anchor[]): Promise<Fault | null> {
    const start = this.#anchorFault(anchors);
    if (start !== null) return start;
    for (let after = BEFORE_ALL; ; after = this.head.size) {
      const batch = await read((db) => storedEntries(db, after, BATCH));
      if (batch.length === 0) return this.#beyondTheEnd(anchors);
      for (const row of batch) {
        const fault = this.#entryFault(row) ?? this.#anchorFault(anchors);
        if (fault !== null) return fault;
      }
      await nextTurn();
    }
  }

  /** What is wrong with the next entry; advances when nothing is. */
  #entryFault(row: StoredEntry): Fault | null {
    const seq = this.head.size + 1;
    if (row.seq !== seq)
      return { seq, what: `entry ${seq} is missing: entry ${row.seq} stands in its place` };
    const entry = decode(row);
    if (entry === null) return { seq, what: 'the entry holds bytes that are not text or not JSON' };
    const version = (this.#versions.get(entry.stream) ?? 0) + 1;
    if (entry.version !== version)
      return { seq, what: `it is version ${entry.version} of ${entry.stream}, where ${version} was next` };
    if (entry.prevHash !== this.head.hash)
      return { seq, what: 'it does not follow the entry before it: its previous hash is another' };
    if (entryHash(entry) !== entry.hash)
      return { seq, what: 'its content is not what was recorded: the hash does not match' };
    if (entry.secret !== null && !isIntact(entry.secret, entry.privateDigest))
      return { seq, what: 'its private body is not what was recorded: the digest does not match' };
    this.#versions.set(entry.stream, version);
    this.head = { size: seq, hash: entry.hash };
    return null;
  }

  #anchorFault(anchors: readonly Anchor[]): Fault | null {
    const { size, hash } = this.head;
    const other = anchors.find((anchor) => anchor.size === size && !hash.startsWith(anchor.hash));
    if (other === undefined) return null;
    const what = `the journal up to here was rewritten: ${other.from} had ${size}:${other.hash.slice(0, 16)}`;
    return { seq: size, what };
  }

  #beyondTheEnd(anchors: readonly Anchor[]): Fault | null {
    const { size } = this.head;
    const beyond = anchors.filter((anchor) => anchor.size > size).sort((a, b) => b.size - a.size)[0];
    if (beyond === undefined) return null;
    const what = `the tail was cut: ${beyond.from} counted ${beyond.size} entries, ${size} are left`;
    return { seq: size + 1, what };
  }
}

type Decoded = Parameters<typeof entryHash>[0] & {
  readonly hash: string;
  readonly secret: { readonly salt: string; readonly body: string } | null;
};

/** Null where a text is no UTF-8, or where `data`, `actor` or the private body is no JSON. */
function decode(row: StoredEntry): Decoded | null {
  try {
    const actor = jsonText(row.actor);
    const data = jsonText(row.data);
    const secret = row.body === null ? null : { salt: text(row.salt), body: jsonText(row.body) };
    return {
      seq: row.seq,
      version: row.version,
      actor,
      data,
      secret,
      stream: text(row.stream),
      type: text(row.type),
      privateDigest: row.privateDigest === null ? null : text(row.privateDigest),
      idempotencyKey: row.idempotencyKey === null ? null : text(row.idempotencyKey),
      occurredAt: text(row.occurredAt),
      recordedAt: text(row.recordedAt),
      prevHash: text(row.prevHash),
      hash: text(row.hash),
    };
  } catch {
    return null;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function text(bytes: Uint8Array | null): string {
  if (bytes === null) throw new TypeError('a column that must have text has none');
  return UTF8.decode(bytes);
}

function jsonText(bytes: Uint8Array | null): string {
  const json = text(bytes);
  JSON.parse(json);
  return json;
}

function isIntact({ salt, body }: { salt: string; body: string }, digest: string | null): boolean {
  return /^[0-9a-f]{32}$/.test(salt) && privateDigest(salt, body) === digest;
}

/** A body whose digest was changed makes its entry look erased: it is found by what it really digests to. */
async function strayFault(read: Run): Promise<Fault | null> {
  let first: Fault | null = null;
  for (const { salt, body } of await read(strayBodies)) {
    const owner = await read((db) => seqOfDigest(db, privateDigest(salt, body)));
    const { size } = await read(journalHead);
    const fault =
      owner === undefined
        ? { seq: size, what: 'a private body was changed or added: no entry has its digest' }
        : { seq: owner, what: 'its private body was filed under another digest' };
    first = earlier(first, fault);
  }
  return first;
}
