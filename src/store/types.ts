/**
 * What operations may ask of the store. One implementation a backend; `test/contracts/store.contract.ts`
 * runs against each. Everything inside one `transact` is stored together or not at all; no I/O but the
 * database's may be awaited inside it.
 */
import type { Actor } from '../core/actor.js';
import type { IncidentKind, Instant } from '../core/ids.js';
import type { Entry, JournalHead, NewEvent } from '../core/journal.js';
import type { HeldState } from '../core/quarantine.js';
import type { AlertRow, AlertSaidRow } from './alert-rows.js';
import type { HeldPostRow, HeldPosts, NewHeldPost } from './held-post-types.js';

export type { AlertRow, AlertSaidRow, HeldPostRow, HeldPosts, NewHeldPost };
import type {
  EffectLane,
  EffectQueue,
  NewEffect,
  NewSurface,
  SurfaceQueue,
  SurfaceRow,
} from './outbox-rows.js';

export type {
  DueSurface,
  EffectLane,
  EffectQueue,
  EffectRow,
  Lane,
  NewEffect,
  NewSurface,
  SurfaceQueue,
  SurfaceRow,
} from './outbox-rows.js';

export interface Store extends Reader {
  /** Runs `work` in one durable transaction; retried while another process holds the database. */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** The same store for people who press and guards that answer: what it is asked goes before everything else. */
  readonly urgent: Store;
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
  /** Open ones first, then the newest; at most `limit`. `sheltered: false` leaves out what an umbrella lists. */
  incidents(filter: IncidentFilter): Promise<IncidentRow[]>;
  openIncidentForAgent(agentId: string): Promise<IncidentRow | undefined>;
  alert(dedupKey: string): Promise<AlertRow | undefined>;
  alertSaid(dedupKey: string): Promise<AlertSaidRow | undefined>;
  /** How often alerts of an incident have come in, repeats among them. */
  countAlerts(incident: string): Promise<number>;
  /** The newest incidents of one cause opened after `since`, open or closed, oldest first; no umbrellas. */
  causedSince(cause: string, since: Instant, limit: number): Promise<CauseRow[]>;
  /** The newest umbrella of a cause that is still open. */
  openUmbrella(cause: string): Promise<string | undefined>;
  /** Members of an umbrella that have no channel of their own. */
  sheltered(umbrella: string): Promise<string[]>;
  points(): Promise<PointRow[]>;
  token(hash: string): Promise<TokenRow | undefined>;
  tokens(): Promise<TokenRow[]>;
  surface(key: string): Promise<SurfaceRow | undefined>;
  surfacesOf(incident: string): Promise<SurfaceRow[]>;
  /** The lanes of the outbox in which something may be due. */
  dueLanes(now: Instant): Promise<EffectLane[]>;
  setting(key: string): Promise<unknown>;
  /** Has anybody claimed this key? Old claims are forgotten after a month. */
  isClaimed(key: string): Promise<boolean>;
  /** Posts of alert sources that wait, source by source. */
  heldPostCounts(): Promise<HeldPosts[]>;
  countHeldPosts(source: string): Promise<number>;
  /** In the order in which they came; at most `limit`. */
  heldPosts(filter: { source: string; after: number; limit: number }): Promise<HeldPostRow[]>;
  heldAttempt(id: string): Promise<HeldAttemptRow | undefined>;
  /** The newest item of this digest: there may be older ones that expired or were refused. */
  heldAttemptOf(digest: string): Promise<HeldAttemptRow | undefined>;
  /** In the order of holding; at most `limit`. */
  heldAttempts(filter: HeldAttemptFilter & { limit: number }): Promise<HeldAttemptRow[]>;
  /** How many there are, by state; a state without any is left out. */
  countHeldAttempts(filter: HeldAttemptFilter): Promise<Partial<Record<HeldState, number>>>;
  /** From holding to decision, of the newest `limit` decisions. */
  decidedWaits(limit: number): Promise<{ readonly at: Instant; readonly decidedAt: Instant }[]>;
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
  putAlertSaid(row: AlertSaidRow): Promise<void>;
  /** Counts each episode that fires so many times where its incident is open, in few statements. Those incidents, by dedup key. */
  repeatAlerts(times: ReadonlyMap<string, number>, at: Instant): Promise<ReadonlyMap<string, string>>;
  putCause(row: CauseRow): Promise<void>;
  /** From now on the members of an umbrella stand alone: they are listed and paged by themselves. */
  unshelter(umbrella: string): Promise<void>;
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
  /** Has surfaces rendered again, at once where one was dirty already, else not before `dueAt`; nothing where there is none. */
  touchSurfacesLater(keys: readonly string[], dueAt: Instant): Promise<void>;
  /** Marks every surface of an incident (or of the plane) to be rendered again. */
  touchSurfacesOf(incident: string): Promise<void>;
  setSetting(key: string, value: unknown): Promise<void>;
  /** True the first time, false for every later claim of the same key: presses, events, cron buckets. */
  claim(key: string, at: Instant): Promise<boolean>;
  /** Keeps a post that has been answered and is to be taken later. */
  holdPost(post: NewHeldPost): Promise<void>;
  dropHeldPost(id: number): Promise<void>;
  /** Counts one more attempt to take it. */
  retryHeldPost(id: number): Promise<void>;
  /**
   * Forgets what nobody will ask for again: effects finished, claims made, points gone, gateways silent and ends of alerts
   * heard of since before that. At most `limit` of each; returns how many.
   */
  prune(before: Instant, limit: number): Promise<number>;
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

export interface IncidentFilter {
  readonly kind?: IncidentKind;
  readonly open?: boolean;
  readonly sheltered?: false;
  readonly limit: number;
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

/** What an incident has in common with others: the index row by which a fleet-wide cause is noticed. */
export interface CauseRow {
  readonly incident: string;
  /** Digest of tripwire and rule. */
  readonly cause: string;
  /** What the incident is found by: an agent, or null where nobody knows which. */
  readonly agent: string | null;
  readonly openedAt: Instant;
  /** sheltered: a member that is worked in the umbrella's channel. */
  readonly place: 'single' | 'umbrella' | 'member' | 'sheltered';
  readonly umbrella: string | null;
}

/** An enforcement point; operational state, not a fact of the journal. */
export interface PointRow {
  readonly pointId: string;
  readonly agentId: string;
  readonly instance: string;
  /** A gateway holds no lease: its row says when it last asked about the agent. */
  readonly kind: 'guard' | 'gateway';
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
  /** When; null where nobody has decided, or it was before this was kept. */
  readonly decidedAt: Instant | null;
}

/** What is left out does not limit. */
export interface HeldAttemptFilter {
  /** Only those held later than this number. */
  readonly after?: number;
  readonly states?: readonly HeldState[];
  readonly haltId?: string;
  readonly agentId?: string;
  readonly tool?: string;
  readonly actionId?: string;
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

/** What `haltline verify` found. */
export interface Verification {
  readonly entries: number;
  readonly head: JournalHead;
  /** The first thing that does not hold, in journal order. */
  readonly broken: { readonly seq: number; readonly what: string } | null;
  /** Private bodies that were erased: not a fault. */
  readonly erased: number;
}
