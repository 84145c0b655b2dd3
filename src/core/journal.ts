/**
 * The journal: facts, appended once, hash-chained, never edited. Everything else is a reading of it.
 * A fact has a public body, which is chained as it is, and may have a private body (free text, personal
 * data), which is stored apart and chained by a salted digest only, so that it can be erased without
 * breaking the chain.
 */
import type { Actor } from './actor.js';
import type { Instant } from './ids.js';

/** One fact as a caller hands it in. */
export interface NewEvent {
  /** `noun:verb-past`. */
  readonly type: string;
  readonly data: object;
  /** Free text and personal data; absent where the fact has none. */
  readonly private?: object | null | undefined;
}

/** One fact as it stands in the journal. */
export interface Entry {
  /** Position in the whole journal, from 1, without holes. */
  readonly seq: number;
  readonly stream: string;
  /** Position within the stream, from 1, without holes. */
  readonly version: number;
  readonly type: string;
  readonly data: unknown;
  /** Null where there is none or it was erased. */
  readonly private: unknown;
  readonly actor: Actor;
  /** When the fact happened, which may be long before it was recorded. */
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly hash: string;
}

/** How long the journal is and the hash of its newest entry: enough, kept elsewhere, to detect a cut tail. */
export interface JournalHead {
  readonly size: number;
  readonly hash: string;
}

/** A head as it is printed in a card's footer and given to `haltline verify --head`. */
export function describeHead(head: JournalHead): string {
  return `${head.size}:${head.hash.slice(0, 16)}`;
}
