import type { AlertSaid } from '../core/alert-episodes.js';
import type { Instant } from '../core/ids.js';

/** One alert episode and how often it has been repeated. */
export interface AlertRow {
  readonly dedupKey: string;
  readonly incident: string;
  readonly status: 'firing' | 'resolved';
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** What its source has said of an alert, whether or not it has an incident yet. */
export interface AlertSaidRow extends AlertSaid {
  readonly dedupKey: string;
}
