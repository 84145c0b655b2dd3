import type { Instant } from '../core/ids.js';

/** A post of an alert source that waits to be taken. */
export interface NewHeldPost {
  readonly source: string;
  readonly receivedAt: Instant;
  readonly body: object;
}

export interface HeldPostRow extends Omit<NewHeldPost, 'body'> {
  readonly id: number;
  readonly body: unknown;
  /** How often taking it has failed. */
  readonly attempts: number;
}

/** How much of one source waits. */
export interface HeldPosts {
  readonly source: string;
  readonly count: number;
  readonly oldestAt: Instant;
}
