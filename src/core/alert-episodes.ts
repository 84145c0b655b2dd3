/** One alert may fire, be over and fire again: an episode each, under the same key, in the order in which they began. */
import { differenceInMilliseconds } from 'date-fns';
import type { Alert } from './alert.js';
import type { Instant } from './ids.js';
import type { Incident } from './incident.js';

type Alerts = Incident['alerts'];

/** The episode that an alert of this key is in now, or was in last. */
export function newestEpisode(alerts: Alerts, dedupKey: string): Alerts[number] | undefined {
  return alerts.findLast((alert) => alert.dedupKey === dedupKey);
}

interface EpisodeEnd {
  readonly dedupKey: string;
  readonly at: Instant;
  readonly endsAt?: Instant | undefined;
}

/** The newest episode of an alert is over; those before it ended when they did. */
export function endEpisode(alerts: Alerts, { dedupKey, at, endsAt = at }: EpisodeEnd): Alerts {
  const newest = newestEpisode(alerts, dedupKey);
  return alerts.map((alert) => (alert === newest ? { ...alert, resolvedAt: endsAt } : alert));
}

/** The newest that the source of an alert has said of it, by its own clock: posts come in any order. */
export interface AlertSaid {
  /** The newest beginning that was only counted; null where the incident knows all of them. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  /** When that end reached us. */
  readonly heardAt: Instant;
}

/** One post overtakes another by less; the Alertmanager that we ship waits longer before it calls an alert firing again. */
const OVERTAKEN_MS = 4_000;

/**
 * Is it over already, although it says that it fires? An end that is newer by the clock of the source stands, however
 * late the beginning comes. Senders that tell an episode by its beginning alone (Alertmanager, Grafana) may call it
 * resolved and then firing once more: theirs is over only for as long as one post may have overtaken the other.
 */
export function isOver(
  { startsAt }: Pick<Alert, 'startsAt'>,
  { endsAt, heardAt }: AlertSaid,
  receivedAt: Instant,
): boolean {
  if (endsAt === null || startsAt > endsAt) return false;
  return startsAt < endsAt || differenceInMilliseconds(receivedAt, heardAt) <= OVERTAKEN_MS;
}

/** The later of two moments, where either may be unknown. */
export function laterOf(one: Instant | null | undefined, other: Instant | null | undefined): Instant | null {
  return (one ?? '') > (other ?? '') ? (one ?? null) : (other ?? null);
}
