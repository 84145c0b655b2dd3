/** The outbox as operations see it: what is to be done outside, and what is to be shown in Slack. */
import type { Instant } from '../core/ids.js';
import type { PagerName } from '../core/pager.js';

export type Lane = 'halt' | 'bulk';

/** Each pager has a lane of its own: one that hangs keeps neither Slack nor the other waiting. */
export type PagerLane = `pager:${PagerName}`;

/** What is told to actuators has a lane of its own: it waits for no call to Slack. */
export type EffectLane = Lane | 'actuator' | PagerLane;

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

/** Which surfaces are asked for. */
export interface SurfacesWanted {
  readonly lane: Lane;
  readonly now: Instant;
  readonly limit: number;
  /** Keys of surfaces and places that have to wait. */
  readonly except?: readonly string[];
}

export interface DueSurface extends SurfaceRow {
  /**
   * Where it would be a new message: `channel of INC-7`, `thread of card:INC-7` or `place C0…`. Null for what stands in
   * Slack already: it is changed there, which Slack limits by the minute and not by the channel.
   */
  readonly place: string | null;
}

/** The delivery side of surfaces. */
export interface SurfaceQueue {
  /** Untried ones first, then the oldest; of the new messages of one place only the first. */
  due(wanted: SurfacesWanted): Promise<DueSurface[]>;
  begin(key: string): Promise<void>;
  rendered(
    key: string,
    result: { channelId: string; ts: string; digest: string; version: number },
  ): Promise<void>;
  retry(key: string, retry: { at: Instant; error: string; began: boolean }): Promise<void>;
  /** The target is gone or refuses for good; kept, but not tried until touched again. */
  park(key: string, error: string): Promise<void>;
}
