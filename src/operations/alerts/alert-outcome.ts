import type { Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';

/** What became of one alert. */
export interface AlertOutcome {
  readonly dedupKey: string;
  /**
   * opened: a new incident. joined: further evidence for an open one. repeated: counted only. resolved: noted on
   * its incident, which stays open. ignored: resolved without having been seen, or before it fired again. failed: not
   * stored, send again.
   */
  readonly outcome: 'opened' | 'joined' | 'repeated' | 'resolved' | 'ignored' | 'failed';
  readonly incident: string | null;
  /** What the sender should know about it; null where there is nothing to say. */
  readonly note: string | null;
}

/** One alert and who sent it. */
export interface Sent {
  readonly alert: Alert;
  readonly actor: Actor;
}

export function outcomeOf(
  { dedupKey }: Alert,
  what: Omit<AlertOutcome, 'dedupKey' | 'note'> & { readonly note?: string | null },
): AlertOutcome {
  return { dedupKey, note: null, ...what };
}

export function notStored(alert: Alert): AlertOutcome {
  return outcomeOf(alert, {
    outcome: 'failed',
    incident: null,
    note: 'It could not be stored: send it again.',
  });
}
