import { SLOT } from './attribute-names.js';
import { kindOfTemplate, type SpanKind } from './kind-words.js';
import { cleanName, nameAt } from './slot-values.js';
import type { RegistryView, Slots } from './types.js';

/** `service.name` of a process that does not say how it is called; the specification's own word. */
const UNKNOWN_SERVICE = 'unknown_service';
/** What some write where an agent has no name. */
const NOBODY = 'unknown';

/** What conventions put before the name in that of a span. */
const INVOKED = /^invoke_agent\s+/;

/** Of a span or a log record, what may tell an agent. */
export interface Teller {
  readonly slots: Slots;
  readonly kind: SpanKind;
  /** Of the span. */
  readonly name: string;
}

/**
 * The agent that a span itself tells, else its resource; null where neither does. Of id and name, the one that is declared
 * counts: ids are often the vendor's, names are what people wrote into agents.yml. A span that creates an agent tells the
 * created one, which is not the one that acts.
 */
export function toldAgent(teller: Teller, registry: RegistryView): string | null {
  const { slots, kind } = teller;
  if (kind === 'creation') return null;
  const id = nameAt(slots, SLOT.agentId);
  const name =
    nameAt(slots, SLOT.agentName) ??
    nameAt(slots, SLOT.openInferenceAgent) ??
    (kind === 'agent' ? ownName(slots) : null);
  return declaredOf(id, name === NOBODY ? null : name, registry) ?? declaredPart(teller, registry);
}

/** Of a span that is an agent's. */
function ownName(slots: Slots): string | null {
  const name = nameAt(slots, SLOT.entityName);
  return name ?? (kindOfTemplate(slots[SLOT.template]) === 'agent' ? nameAt(slots, SLOT.ownTool) : null);
}

/** Many name an agent only by its span, its node or its function: a name that is declared is no coincidence. */
function declaredPart({ slots, kind, name }: Teller, { agents }: RegistryView): string | null {
  const declared = (part: string | null): string | null => (part !== null && agents.has(part) ? part : null);
  const ofAgent =
    kind === 'agent'
      ? (declared(cleanName(name.replace(INVOKED, ''))) ?? declared(nameAt(slots, SLOT.graphNode)))
      : null;
  return ofAgent ?? declared(nameAt(slots, SLOT.functionName));
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
