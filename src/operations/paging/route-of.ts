import type { Incident } from '../../core/incident.js';
import type { Registry, Route } from '../../registry/registry.js';

/** What of an incident decides whom to page. */
export interface Routed extends Pick<Incident, 'agentId' | 'tripwire' | 'declared'> {
  readonly isUmbrella?: boolean | undefined;
}

/** Whom an incident pages, in order: by its tripwire, or by how it came to light where none fired. */
export function routeOf(registry: Registry, incident: Routed): Route {
  const name = routeName(incident);
  const route = registry.routes.get(name) ?? registry.routes.get('unknown');
  if (route === undefined) throw new Error(`the registry has no route for ${name}`);
  return route;
}

/**
 * An agent that nobody registered has no owner to wake: its alerts go the `unknown` way, whatever fired. An umbrella has
 * no agent because it has many.
 */
function routeName({
  agentId,
  tripwire,
  declared,
  isUmbrella = false,
}: Routed): Parameters<Registry['routes']['get']>[0] {
  if (declared !== null) return 'declared';
  return agentId === null && !isUmbrella ? 'unknown' : (tripwire ?? 'unknown');
}
