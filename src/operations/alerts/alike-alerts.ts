/**
 * What is stored together counts as the first of its episode. So alerts are handed over in parts in which an episode
 * that fires says the same each time: one that has become worse, or began anew, is no repeat of that.
 */
import type { Alert } from '../../core/alert.js';
import type { Store } from '../../store/types.js';
import type { Sent } from './alert-outcome.js';

/**
 * The same alerts in the same order, in parts. Senders that give each repeat a time of its own (Datadog, events) need no
 * part for each: where nothing can be over, a later beginning is a repeat all the same, and `heedRepeats` keeps it.
 */
export async function alikeOf(
  { store }: { readonly store: Store },
  sent: readonly Sent[],
): Promise<readonly (readonly Sent[])[]> {
  const begun = await begunAnew(store, sent);
  const parts: Sent[][] = [];
  const firing = new Map<string, Alert>();
  for (const each of sent) {
    const { alert } = each;
    const known = alert.status === 'firing' ? firing.get(alert.dedupKey) : undefined;
    const isAlike =
      known === undefined ||
      (known.severity === alert.severity &&
        (known.startsAt === alert.startsAt || !begun.has(alert.dedupKey)));
    if (!isAlike) firing.clear();
    const part = isAlike ? parts.at(-1) : undefined;
    if (part === undefined) parts.push([each]);
    else part.push(each);
    if (alert.status === 'firing') firing.set(alert.dedupKey, alert);
  }
  return parts;
}

interface Span {
  readonly first: string;
  readonly isMixed: boolean;
  readonly hasEnd: boolean;
}

/** The keys of which several beginnings are told, and some of them may be over. */
async function begunAnew(store: Store, sent: readonly Sent[]): Promise<ReadonlySet<string>> {
  const begun = new Set<string>();
  for (const [key, { first, isMixed, hasEnd }] of spansOf(sent)) {
    if (!isMixed) continue;
    if (hasEnd || !(await isAfterAllEnds(store, key, first))) begun.add(key);
  }
  return begun;
}

/** Did all that is known to be over end before this? Not where the store does not say. */
async function isAfterAllEnds(store: Store, key: string, first: string): Promise<boolean> {
  try {
    const said = await store.alertSaid(key);
    if (said !== undefined) return (said.endsAt ?? '') < first;
    return (await store.alert(key))?.status !== 'resolved';
  } catch {
    return false;
  }
}

function spansOf(sent: readonly Sent[]): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  for (const { alert } of sent) {
    const { dedupKey: key, startsAt, status } = alert;
    const known = spans.get(key);
    const isEnd = status !== 'firing';
    if (known === undefined) spans.set(key, { first: startsAt, isMixed: isEnd, hasEnd: isEnd });
    else if (isEnd ? !known.hasEnd : startsAt !== known.first)
      spans.set(key, {
        first: startsAt < known.first ? startsAt : known.first,
        isMixed: true,
        hasEnd: known.hasEnd || isEnd,
      });
  }
  return spans;
}
