/**
 * What operations may ask of the store. One implementation a backend; `test/contracts/store.contract.ts`
 * runs against each. Everything inside one `transact` is stored together or not at all; no I/O but the
 * database's may be awaited inside it.
 */
import type { Actor } from '../core/actor.js';
import type { IncidentKind, Instant } from '../core/ids.js';
import type { Entry, JournalHead, NewEvent } from '../core/journal.js';
import type { HeldState } from '../core/quarantine.js';

export interface Store extends Reader {
  /** Runs `work` in one durable transaction; retried while another process holds the database. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Whatever `work` asks of the store goes before what is not urgent: people who press, guards that answer. */
  urgently<T>(work: () => T): T;
  /** The contrary, for loops that somebody in a hurry may have woken. */
  patiently<T>(work: () => T): T;
  /** The Ed25519 key pair and name of this control plane, made at first use and kept. PKCS#8/SPKI PEM. */
  planeIdentity(): Promise<PlaneIdentity>;
  /** Walks the whole journal; never throws for a broken one. */
  verify(expected?: readonly JournalHead[]): Promise<Verification>;
  close(): Promise<void>;
}

export interface PlaneIdentity {
  readonly planeId: string;
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Reads; also what a transaction offers, where they see its own writes. */
export interface Reader {
  /** Entries of one stream in order, after `afterVersion` (0 = all). */
  readStream(stream: string, afterVersion?: number): Promise<Entry[]>;
  /** The state that a stream's entries make, one after the other; reads only those it has not read before. */
  fold<S>(projection: Projection<S>): Promise<S>;
  head(): Promise<JournalHead>;
  /** Heads that were shown outside, smallest first; `verify` compares the journal with them. */
  checkpoints(): Promise<JournalHead[]>;
  incident(kind: IncidentKind, number: number): Promise<IncidentRow | undefined>;
  incidentByChannel(channelId: string): Promise<IncidentRow | undefined>;
  /** Open ones first, then the newest; at most `limit`. */
  incidents(filter: { kind?: IncidentKind; open?: boolean; limit: number }): Promise<IncidentRow[]>;
  openIncidentForAgent(agentId: string): Promise<IncidentRow | undefined>;
  alert(dedupKey: string): Promise<AlertRow | undefined>;
  points(): Promise<PointRow[]>;
  token(hash: string): Promise<TokenRow | undefined>;
  tokens(): Promise<TokenRow[]>;
  surface(key: string): Promise<SurfaceRow | undefined>;
  surfacesOf(incident: string): Promise<SurfaceRow[]>;
  setting(key: string): Promise<unknown>;
  heldAttempt(id: string): Promise<HeldAttemptRow | undefined>;
  /** The newest item of this digest: there may be older ones that expired or were refused. */
  heldAttemptOf(digest: string): Promise<HeldAttemptRow | undefined>;
  /** In the order of holding; at most `limit`. */
  heldAttempts(filter: HeldAttemptFilter & { limit: number }): Promise<HeldAttemptRow[]>;
  /** How many there are, by state; a state without any is left out. */
  countHeldAttempts(filter: HeldAttemptFilter): Promise<Partial<Record<HeldState, number>>>;
}

/** How a stream is read into a state. `apply` is pure; states are never changed. */
export interface Projection<S> {
  readonly stream: string;
  readonly empty: S;
  readonly apply: (state: S, entry: Entry) => S;
  /** The store's own: how far it has come, by database and by open transaction. Starts as `new WeakMap()`. */
  readonly kept: WeakMap<object, { readonly version: number; readonly hash: string; readonly state: S }>;
}

export interface Transaction extends Reader {
  /**
   * Appends to a stream. `expectedVersion` refuses a concurrent writer (DomainError `conflict`); an
   * `idempotencyKey` that exists already appends nothing and returns false.
   */
  append(append: Append): Promise<boolean>;
  /** Keeps a head that was shown outside (a card's footer, say); the same head twice is one. */
  addCheckpoint(head: JournalHead): Promise<void>;
  /** The next number of a counter, from 1. */
  nextNumber(counter: Counter): Promise<number>;
  /** The value of a counter without advancing it; 0 before first use. */
  currentNumber(counter: Counter): Promise<number>;
  /** DomainError `conflict` when an open incident has this dedup key or this agent. */
  addIncident(row: IncidentRow): Promise<void>;
  setIncident(
    kind: IncidentKind,
    number: number,
    change: Partial<Pick<IncidentRow, 'open' | 'channelId' | 'channelName'>>,
  ): Promise<void>;
  putAlert(row: AlertRow): Promise<void>;
  /** Writes enforcement points as they stand now, however many, in few statements. */
  putPoints(rows: readonly PointRow[]): Promise<void>;
  /** DomainError `conflict` when another item of this digest is open or has its final answer. */
  putHeldAttempt(row: HeldAttemptRow): Promise<void>;
  addToken(row: TokenRow): Promise<void>;
  revokeToken(id: string, at: Instant): Promise<boolean>;
  /** Adds an effect to be delivered at least once; the same `key` twice is one effect. */
  addEffect(effect: NewEffect): Promise<void>;
  /** Makes sure the surface exists and will be rendered again. */
  touchSurface(surface: NewSurface): Promise<void>;
  /** Marks every surface of an incident (or of the plane) to be rendered again. */
  touchSurfacesOf(incident: string): Promise<void>;
  setSetting(key: string, value: unknown): Promise<void>;
  /** True the first time, false for every later claim of the same key: presses, events, cron buckets. */
  claim(key: string, at: Instant): Promise<boolean>;
  effects: EffectQueue;
  surfaces: SurfaceQueue;
}

export type Counter = 'incident' | 'drill' | 'halt' | 'epoch' | 'attempt';

export interface Append {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly actor: Actor;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly expectedVersion?: number;
  readonly idempotencyKey?: string;
}

/** The index row of an incident: what must be unique or found without folding. */
export interface IncidentRow {
  readonly kind: IncidentKind;
  readonly number: number;
  readonly open: boolean;
  readonly agentId: string | null;
  readonly dedupKey: string | null;
  readonly channelName: string;
  readonly channelId: string | null;
}

/** One alert episode and how often it has been repeated. */
export interface AlertRow {
  readonly dedupKey: string;
  readonly incident: string;
  readonly status: 'firing' | 'resolved';
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** An enforcement point; operational state, not a fact of the journal. */
export interface PointRow {
  readonly pointId: string;
  readonly agentId: string;
  readonly instance: string;
  readonly kind: 'guard';
  /** `gone` once its lease has provably run out or it has said goodbye: it denies, or does not exist. */
  readonly state: 'connected' | 'disconnected' | 'gone';
  readonly firstSeenAt: Instant;
  /** When the last lease-renewing heartbeat was handed to the network. */
  readonly lastHeartbeatAt: Instant;
  readonly epoch: number;
}

/** The index row of a held attempt: what must be unique, listed or counted without folding. */
export interface HeldAttemptRow {
  /** `Q-7`. */
  readonly id: string;
  /** 7: the order of holding. */
  readonly number: number;
  readonly state: HeldState;
  readonly digest: string;
  readonly haltId: string;
  readonly agentId: string;
  readonly tool: string;
  readonly actionClass: string;
  readonly actionId: string;
  readonly at: Instant;
  /** When the release runs out; null while nobody has released it. */
  readonly expiresAt: Instant | null;
  /** Who released or rejected it. */
  readonly decidedBy: string | null;
}

/** What is left out does not limit. */
export interface HeldAttemptFilter {
  /** Only those held later than this number. */
  readonly after?: number;
  readonly states?: readonly HeldState[];
  readonly haltId?: string;
  readonly agentId?: string;
  readonly tool?: string;
}

export type TokenScope = 'alerts' | 'activity' | 'guard' | 'gateway' | 'operate' | 'read';

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token, hex. The token itself is shown once and never stored. */
  readonly hash: string;
  readonly scopes: readonly TokenScope[];
  /** Roles that an operate-scope token acts in. */
  readonly roles: readonly string[];
  /** The Slack user this token stands for; needed for lifting, where two people must differ. */
  readonly person: string | null;
  /** For guard-scope tokens: the one agent it may speak for; null for any. */
  readonly agentId: string | null;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

export type Lane = 'halt' | 'bulk';

/** What is told to actuators has a lane of its own: it waits for no call to Slack. */
export type EffectLane = Lane | 'actuator';

export interface NewEffect {
  /** Idempotency key, e.g. `channel:create:INC-7`. */
  readonly key: string;
  readonly kind: string;
  readonly lane: EffectLane;
  /** The incident it belongs to, or null. Effects of one incident run in the order they were added. */
  readonly incident: string | null;
  readonly payload: object;
}

export interface EffectRow extends NewEffect {
  readonly id: number;
  readonly attempts: number;
  /** True when an attempt was begun and its outcome is unknown: look before doing it again. */
  readonly begun: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The delivery side of the outbox. */
export interface EffectQueue {
  /** Due effects of a lane, oldest first; of each incident only the first unfinished one. */
  due(lane: EffectLane, now: Instant, limit: number): Promise<EffectRow[]>;
  /** Durable before the attempt, so that a crash in between is seen as `begun`. */
  begin(id: number): Promise<void>;
  done(id: number, at: Instant): Promise<void>;
  /** `began: false` where the attempt certainly did not act. */
  retry(id: number, retry: { at: Instant; error: string; began: boolean }): Promise<void>;
  /** Gives up for good: the refusal is permanent and has been recorded. */
  drop(id: number, at: Instant, error: string): Promise<void>;
  /** How many wait, and since when the oldest does. */
  backlog(): Promise<{ waiting: number; oldestAt: Instant | null }>;
}

export interface NewSurface {
  /** Idempotency key and marker of the message in Slack, e.g. `card:INC-7`. */
  readonly key: string;
  readonly kind: string;
  readonly lane: Lane;
  readonly incident: string | null;
  /** Where it is posted: a channel id, `incident` for the incident's channel, or `user:U…` for a direct message. */
  readonly target: string;
  /** Key of the surface in whose thread it stands. */
  readonly threadOf?: string;
}

export interface SurfaceRow extends Required<Omit<NewSurface, 'threadOf'>> {
  readonly threadOf: string | null;
  readonly channelId: string | null;
  readonly ts: string | null;
  /** Digest of what Slack last accepted. */
  readonly renderedDigest: string | null;
  readonly begun: boolean;
  readonly attempts: number;
  /** Grows with each touch; a render of an older one leaves the surface dirty. */
  readonly wantedVersion: number;
}

/** The delivery side of surfaces. */
export interface SurfaceQueue {
  due(lane: Lane, now: Instant, limit: number): Promise<SurfaceRow[]>;
  begin(key: string): Promise<void>;
  rendered(
    key: string,
    result: { channelId: string; ts: string; digest: string; version: number },
  ): Promise<void>;
  retry(key: string, retry: { at: Instant; error: string; began: boolean }): Promise<void>;
  /** The target is gone or refuses for good; kept, but not tried until touched again. */
  park(key: string, error: string): Promise<void>;
}

/** What `haltline verify` found. */
export interface Verification {
  readonly entries: number;
  readonly head: JournalHead;
  /** The first thing that does not hold, in journal order. */
  readonly broken: { readonly seq: number; readonly what: string } | null;
  /** Private bodies that were erased: not a fault. */
  readonly erased: number;
}
