/**
 * No call is counted twice, although two spans may tell of it: that of the framework's tool, and within it that of the MCP
 * client. The outer one counts. The inner one comes first, for spans come when they end: if the outer one is not in the same
 * request, the inner is counted, and waits at the place of the parent that has not arrived.
 */
import type { Ancestry, Place, Trace } from './ancestry.js';
import type { NestedCall } from './types.js';

/** Around a span: the nearest tool; or a model or an agent, within which it is a call of its own; or nobody knows yet. */
type Around =
  | { readonly kind: 'tool' | 'missing'; readonly place: Place }
  | { readonly kind: 'another' | 'nothing' };

function nearestAround(ancestry: Ancestry, trace: Trace, place: Place): Around {
  for (const outer of ancestry.around(trace, place)) {
    if (!outer.seen) return { kind: 'missing', place: outer };
    if (outer.kind === 'tool') return { kind: 'tool', place: outer };
    if (outer.kind !== 'step') return { kind: 'another' };
  }
  return { kind: 'nothing' };
}

/** Is this tool span the one by which its call is counted, as far as one can see? It waits for what may yet tell better. */
export function isCountedCall(ancestry: Ancestry, trace: Trace, place: Place): boolean {
  const around = nearestAround(ancestry, trace, place);
  if (around.kind === 'missing') wait(around.place, [place]);
  return around.kind !== 'tool' || around.place.tool !== place.tool;
}

/** The calls waiting at a place that turn out to be the one around them, now that the place has its span; others wait on. */
export function nestedCalls(
  { traceId, trace, place }: { readonly traceId: string; readonly trace: Trace; readonly place: Place },
  ancestry: Ancestry,
): readonly NestedCall[] {
  const { calls } = place;
  if (calls === null) return [];
  place.calls = null;
  const around = aroundThose(ancestry, trace, place);
  if (around.kind === 'missing') wait(around.place, calls);
  if (around.kind !== 'tool') return [];
  const { tool, spanId: within } = around.place;
  return calls.filter((call) => call.tool === tool).map(({ spanId }) => ({ traceId, spanId, within }));
}

function aroundThose(ancestry: Ancestry, trace: Trace, place: Place): Around {
  if (place.kind === 'tool') return { kind: 'tool', place };
  return place.kind === 'step' ? nearestAround(ancestry, trace, place) : { kind: 'another' };
}

/** Whole where nothing waits there yet, so that a long chain of late parents costs no more than a short one. */
function wait(place: Place, calls: Place[]): void {
  if (place.calls === null) place.calls = calls;
  else for (const call of calls) if (place.calls.at(-1) !== call) place.calls.push(call);
}
