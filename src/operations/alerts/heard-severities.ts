import type { Alert } from '../../core/alert.js';
import type { Instant } from '../../core/ids.js';
import type { Store } from '../../store/types.js';

/**
 * What repeats of episodes have said, as far as it has been acted upon in this process: how bad they are, and when the
 * newest began. So one that says it again and again costs no look at its incident. Whatever is forgotten is looked at
 * once more.
 */
interface Heard {
  readonly severities: Set<string>;
  /** By dedup key. */
  readonly starts: Map<string, Instant>;
}

const heard = new WeakMap<Store, Heard>();

const REMEMBERED = 20_000;

type Said = Pick<Alert, 'dedupKey' | 'severity' | 'startsAt'>;

/** Does it say nothing that has not been acted upon? */
export function isHeard({ store }: { readonly store: Store }, alert: Said): boolean {
  const known = heard.get(store);
  const start = known?.starts.get(alert.dedupKey);
  if (start === undefined || alert.startsAt > start) return false;
  return alert.severity === undefined || (known?.severities.has(keyOf(alert)) ?? false);
}

/** Once it is stored what came of it. */
export function hear({ store }: { readonly store: Store }, alert: Said): void {
  const known = heard.get(store) ?? { severities: new Set(), starts: new Map<string, Instant>() };
  heard.set(store, known);
  if (known.severities.size >= REMEMBERED) known.severities.clear();
  if (known.starts.size >= REMEMBERED) known.starts.clear();
  if (alert.severity !== undefined) known.severities.add(keyOf(alert));
  const start = known.starts.get(alert.dedupKey);
  if (start === undefined || alert.startsAt > start) known.starts.set(alert.dedupKey, alert.startsAt);
}

function keyOf({ dedupKey, severity }: Said): string {
  return `${severity} ${dedupKey}`;
}
