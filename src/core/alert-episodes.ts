/** One alert may fire, be over and fire again: an episode each, under the same key, in the order in which they began. */
import type { Instant } from './ids.js';
import type { Incident } from './incident.js';

type Alerts = Incident['alerts'];

/** The episode that an alert of this key is in now, or was in last. */
export function newestEpisode(alerts: Alerts, dedupKey: string): Alerts[number] | undefined {
  return alerts.findLast((alert) => alert.dedupKey === dedupKey);
}

/** The newest episode of an alert is over; those before it ended when they did. */
export function endEpisode(
  alerts: Alerts,
  { dedupKey, at }: { readonly dedupKey: string; readonly at: Instant },
): Alerts {
  const newest = newestEpisode(alerts, dedupKey);
  return alerts.map((alert) => (alert === newest ? { ...alert, resolvedAt: at } : alert));
}
