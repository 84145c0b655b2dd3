/**
 * How one journal entry is sealed to the one before it: SHA-256 over a domain prefix and the canonical JSON of
 * the entry, which contains the hash of its predecessor. Edits, deletions and reorderings break the chain; a
 * cut tail or a rewritten chain shows only against a head that was kept elsewhere (checkpoints, card footers).
 */
import { createHash } from 'node:crypto';

/** Predecessor of the first entry, and head of an empty journal. */
export const GENESIS_HASH = '0'.repeat(64);

const DOMAIN = 'haltline:journal-entry:1\n';

/** An entry as stored: `data` and `actor` are the stored canonical texts, never re-serialised. */
export interface SealedEntry {
  readonly seq: number;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly data: string;
  readonly privateDigest: string | null;
  readonly idempotencyKey: string | null;
  readonly actor: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly prevHash: string;
}

/**
 * The hash of an entry. The text is `canonicalJson` of the entry with `data` and `actor` as objects; it is put
 * together by hand so that the stored bytes go in as they are. Whoever verifies must also check that both
 * texts are JSON, or bytes could wander between the two unnoticed.
 */
export function entryHash(entry: SealedEntry): string {
  const members = [
    `"actor":${entry.actor}`,
    `"data":${entry.data}`,
    `"idempotencyKey":${JSON.stringify(entry.idempotencyKey)}`,
    `"occurredAt":${JSON.stringify(entry.occurredAt)}`,
    `"prevHash":${JSON.stringify(entry.prevHash)}`,
    `"privateDigest":${JSON.stringify(entry.privateDigest)}`,
    `"recordedAt":${JSON.stringify(entry.recordedAt)}`,
    `"seq":${entry.seq}`,
    `"stream":${JSON.stringify(entry.stream)}`,
    `"type":${JSON.stringify(entry.type)}`,
    `"version":${entry.version}`,
  ];
  return sha256(`${DOMAIN}{${members.join(',')}}`);
}

/** What the chain knows of a private body. `salt` is 32 hex digits, `body` canonical JSON. */
export function privateDigest(salt: string, body: string): string {
  return sha256(salt + body);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
