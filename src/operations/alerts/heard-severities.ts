import type { Alert } from '../../core/alert.js';
import type { Store } from '../../store/types.js';

/**
 * How bad episodes have said to be, as far as it has been acted upon in this process: so that one which says it again
 * and again costs no look at its incident. Whatever is forgotten is looked at once more.
 */
const heard = new WeakMap<Store, Set<string>>();

const REMEMBERED = 20_000;

type Said = Pick<Alert, 'dedupKey' | 'severity'>;

export function isHeard({ store }: { readonly store: Store }, alert: Said): boolean {
  return alert.severity === undefined || (heard.get(store)?.has(keyOf(alert)) ?? false);
}

/** Once it is stored what came of it. */
export function hear({ store }: { readonly store: Store }, alert: Said): void {
  if (alert.severity === undefined) return;
  const known = heard.get(store) ?? new Set();
  if (known.size >= REMEMBERED) known.clear();
  heard.set(store, known.add(keyOf(alert)));
}

function keyOf({ dedupKey, severity }: Said): string {
  return `${severity} ${dedupKey}`;
}
