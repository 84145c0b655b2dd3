import type { ActionRecord } from '../../core/action-record.js';
import type { Ancestry, Place, PlaceKind, Trace } from './ancestry.js';
import { tellAbove } from './count-once.js';
import { isCountedCall } from './nested-calls.js';

/**
 * After a restart: puts stored records of the last hour or so back into their places, so that an enclosing span which arrives
 * only now does not count a call again. In any order. Which agents were told is not in the records: what waited for its agent
 * stays where it was recorded.
 */
export function recallSpans(ancestry: Ancestry, records: Iterable<ActionRecord>): void {
  const calls: { readonly trace: Trace; readonly place: Place }[] = [];
  for (const { origin, kind, traceId, spanId, parentSpanId, tool, actionId, cost } of records) {
    if (origin !== 'span' || traceId === null || spanId === null) continue;
    const trace = ancestry.trace(traceId);
    const place = ancestry.place(trace, spanId);
    place.seen = true;
    place.kind = PLACE_KIND[kind];
    place.parentSpanId = parentSpanId;
    place.tool = tool;
    place.actionId = actionId;
    if (kind === 'inference') place.counted = true;
    if (kind === 'tool') calls.push({ trace, place });
    const saysUsage = cost !== null && cost.reason !== 'no-usage';
    if (saysUsage || place.below !== null) tellAbove(ancestry, trace, { place, saysUsage });
  }
  for (const { trace, place } of calls) isCountedCall(ancestry, trace, place);
}

const PLACE_KIND: Readonly<Record<ActionRecord['kind'], PlaceKind>> = {
  inference: 'inference',
  tool: 'tool',
  artifact: 'step',
  other: 'recalled',
};
