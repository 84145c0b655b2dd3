/** Whose span it is, where an enclosing span tells; and what a parent that comes late corrects. */
import type { Ancestry, Orphan, Place, Trace } from './ancestry.js';
import type { AgentCorrection, RegistryView } from './types.js';
import { classOf } from './class-of.js';

/**
 * The agent that the nearest enclosing span tells; the place of a parent that has not arrived where that is as far as one
 * can see; null where nobody tells.
 */
export function enclosingAgent(ancestry: Ancestry, trace: Trace, place: Place): string | Place | null {
  for (const outer of ancestry.around(trace, place)) {
    if (!outer.seen) return outer;
    if (outer.agentId !== null) return outer.agentId;
  }
  return null;
}

/** Has a span wait for the parent that has not arrived. */
export function waitForAgent(missing: Place, orphan: Orphan): void {
  missing.orphans ??= [];
  missing.orphans.push(orphan);
}

/** What waits at a place is filled in, waits further up, or stays as it is, now that the place has its span. */
export function correctOrphans(
  { traceId, trace, place }: { readonly traceId: string; readonly trace: Trace; readonly place: Place },
  { ancestry, registry }: { readonly ancestry: Ancestry; readonly registry: RegistryView },
): readonly AgentCorrection[] {
  const { orphans } = place;
  if (orphans === null) return [];
  place.orphans = null;
  const told = place.agentId ?? enclosingAgent(ancestry, trace, place);
  if (told === null) return [];
  if (typeof told !== 'string') {
    moveTo(told, orphans);
    return [];
  }
  return orphans
    .filter((orphan) => orphan.agentId !== told)
    .map((orphan) => ({
      traceId,
      spanId: orphan.spanId,
      fromAgentId: orphan.agentId,
      toAgentId: told,
      actionClass: orphan.statedClass ?? classOf(registry, told, orphan.tool),
    }));
}

/** Whole where nothing waits there yet, so that a long chain of late parents costs no more than a short one. */
function moveTo(place: Place, orphans: Orphan[]): void {
  if (place.orphans === null) place.orphans = orphans;
  else for (const orphan of orphans) place.orphans.push(orphan);
}
