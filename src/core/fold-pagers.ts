/** What the events of an incident say about the pagers outside Slack. */
import type { Instant } from './ids.js';
import type { IncidentEvent } from './incident-events.js';
import type { PagerDelivery } from './pager.js';

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>['data'];

/** A page was ordered that these are told of. */
export function afterOrder(
  before: readonly PagerDelivery[],
  asked: readonly string[],
  at: Instant,
): readonly PagerDelivery[] {
  const added = asked.filter((pager) => before.every((each) => each.pager !== pager));
  return [...before, ...added.map((pager) => delivery(pager, at))];
}

export function afterYes(
  before: readonly PagerDelivery[],
  { pager, verb, pageId, at }: Of<'pager:accepted'>,
): readonly PagerDelivery[] {
  return change(before, { pager, at }, (each) => ({
    ...each,
    toldAt: verb === 'trigger' ? (each.toldAt ?? at) : each.toldAt,
    accepted: pageId === null ? each.accepted : [...each.accepted, pageId],
    failing: null,
  }));
}

export function afterFailure(
  before: readonly PagerDelivery[],
  { pager, verb, error, attempt: attempts, since, final, at }: Of<'pager:failed'>,
): readonly PagerDelivery[] {
  return change(before, { pager, at }, (each) => ({
    ...each,
    failing: { verb, error, attempts, since, final },
  }));
}

/** Only of a pager that was told: what it says of others' pages is not ours to show. News may overtake one another. */
export function afterReport(
  before: readonly PagerDelivery[],
  { pager, news, at }: Of<'pager:reported'>,
): readonly PagerDelivery[] {
  return before.map((each) => {
    const isNews = each.pager === pager && (each.said === null || each.said.at <= at);
    return isNews ? { ...each, said: { news, at } } : each;
  });
}

function change(
  before: readonly PagerDelivery[],
  { pager, at }: { readonly pager: string; readonly at: Instant },
  next: (delivery: PagerDelivery) => PagerDelivery,
): readonly PagerDelivery[] {
  return afterOrder(before, [pager], at).map((each) => (each.pager === pager ? next(each) : each));
}

function delivery(pager: string, orderedAt: Instant): PagerDelivery {
  return { pager, orderedAt, toldAt: null, accepted: [], failing: null, said: null };
}
