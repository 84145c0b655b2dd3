/**
 * The tables as Kysely sees them. JSON and instants are text, yes/no is 1/0: the same in every backend.
 * Columns that a reader of the code may wonder about carry a line; the rest are the members of `types.ts`.
 */
import type { Generated, Kysely } from 'kysely';
import type { HeldState } from '../core/quarantine.js';
import type { EffectLane, Lane } from './types.js';

export interface Schema {
  entry: EntryTable;
  private_body: PrivateBodyTable;
  checkpoint: CheckpointTable;
  incident: IncidentTable;
  alert: AlertTable;
  /** By the clock of the source; `heard_at` by ours. */
  alert_said: { dedup_key: string; starts_at: string | null; ends_at: string | null; heard_at: string };
  cause: CauseTable;
  point: PointTable;
  token: TokenTable;
  held_attempt: HeldAttemptTable;
  held_post: HeldPostTable;
  effect: EffectTable;
  surface: SurfaceTable;
  setting: { key: string; value: string };
  claim: { key: string; claimed_at: string };
  counter: { name: string; value: number };
  plane: { id: number; plane_id: string; private_key: string; public_key: string };
  migration: { name: string };
}

/** A connection or an open transaction: queries do not care which. */
export type Db = Kysely<Schema>;

export interface EntryTable {
  seq: number;
  stream: string;
  version: number;
  type: string;
  /** Canonical JSON; the very bytes that are hashed. */
  data: string;
  private_digest: string | null;
  /** Set on the first entry of an append that had a key. Chained like everything else. */
  idempotency_key: string | null;
  /** Canonical JSON; the very bytes that are hashed. */
  actor: string;
  occurred_at: string;
  recorded_at: string;
  prev_hash: string;
  hash: string;
}

export interface PrivateBodyTable {
  /** SHA-256 over salt and body, hex. Deleting the row erases the body and leaves the chain whole. */
  digest: string;
  salt: string;
  body: string;
}

export interface CheckpointTable {
  size: number;
  hash: string;
}

export interface IncidentTable {
  kind: 'incident' | 'drill';
  number: number;
  /** `INC-7`: what surfaces and effects refer to. */
  name: string;
  open: number;
  agent_id: string | null;
  dedup_key: string | null;
  channel_name: string;
  channel_id: string | null;
}

export interface AlertTable {
  dedup_key: string;
  incident: string;
  status: 'firing' | 'resolved';
  count: number;
  first_at: string;
  last_at: string;
}

export interface CauseTable {
  incident: string;
  /** Digest of tripwire and rule. */
  cause: string;
  agent: string | null;
  opened_at: string;
  place: 'single' | 'umbrella' | 'member' | 'sheltered';
  umbrella: string | null;
}

export interface PointTable {
  point_id: string;
  agent_id: string;
  instance: string;
  kind: 'guard' | 'gateway';
  state: 'connected' | 'disconnected' | 'gone';
  first_seen_at: string;
  last_heartbeat_at: string;
  epoch: number;
}

export interface HeldAttemptTable {
  id: string;
  number: number;
  state: HeldState;
  digest: string;
  halt_id: string;
  agent_id: string;
  tool: string;
  action_class: string;
  action_id: string;
  held_at: string;
  expires_at: string | null;
  decided_by: string | null;
  decided_at: string | null;
}

export interface HeldPostTable {
  id: Generated<number>;
  source: string;
  received_at: string;
  /** What was read of it, as JSON. */
  body: string;
  attempts: number;
}

export interface TokenTable {
  id: string;
  name: string;
  hash: string;
  scopes: string;
  roles: string;
  person: string | null;
  agent_id: string | null;
  created_at: string;
  revoked_at: string | null;
}

export interface EffectTable {
  id: Generated<number>;
  key: string;
  kind: string;
  lane: EffectLane;
  incident: string | null;
  payload: string;
  state: 'waiting' | 'done' | 'dropped';
  attempts: number;
  begun: number;
  added_at: string;
  /** Not before this; null means at once. */
  due_at: string | null;
  finished_at: string | null;
  last_error: string | null;
}

export interface SurfaceTable {
  /** Grows with each new surface: the order in which equally urgent ones are rendered. */
  id: Generated<number>;
  key: string;
  kind: string;
  lane: Lane;
  incident: string | null;
  target: string;
  thread_of: string | null;
  channel_id: string | null;
  ts: string | null;
  rendered_digest: string | null;
  begun: number;
  attempts: number;
  wanted_version: number;
  /** The surface is dirty while this is less than `wanted_version`. */
  rendered_version: number;
  /** 1 while the target refuses for good. */
  parked: number;
  due_at: string | null;
  last_error: string | null;
}
