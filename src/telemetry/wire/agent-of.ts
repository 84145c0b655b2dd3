import { SLOT } from './attribute-names.js';
import type { SpanKind } from './kind-of.js';
import { nameAt } from './slot-values.js';
import type { RegistryView, Slots } from './types.js';

/** `service.name` of a process that does not say how it is called; the specification's own word. */
const UNKNOWN_SERVICE = 'unknown_service';

/**
 * The agent that a span itself tells, else its resource; null where neither does. Of id and name, the one that is declared
 * counts: ids are often the vendor's, names are what people wrote into agents.yml. A span that creates an agent tells the
 * created one, which is not the one that acts.
 */
export function toldAgent(slots: Slots, kind: SpanKind, registry: RegistryView): string | null {
  if (kind === 'creation') return null;
  const id = nameAt(slots, SLOT.agentId);
  const name =
    nameAt(slots, SLOT.agentName) ??
    nameAt(slots, SLOT.openInferenceAgent) ??
    (kind === 'agent' ? nameAt(slots, SLOT.entityName) : null);
  return declaredOf(id, name, registry);
}

/** The agent of a whole process. */
export function agentOfResource(resource: Slots, registry: RegistryView): string | null {
  const id = nameAt(resource, SLOT.agentId);
  return declaredOf(id, nameAt(resource, SLOT.agentName), registry);
}

function declaredOf(id: string | null, name: string | null, { agents }: RegistryView): string | null {
  if (id !== null && name !== null && agents.has(name) && !agents.has(id)) return name;
  return id ?? name;
}

/** What a process is called, for spans whose agent nobody tells. */
export function serviceOf(resource: Slots): string {
  return nameAt(resource, SLOT.serviceName) ?? UNKNOWN_SERVICE;
}
