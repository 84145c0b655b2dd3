import type { Order, Plane } from '../../core/order.js';
import type { Registry } from '../../registry/registry.js';
import type { IncidentPeriod } from '../../telemetry/types.js';

/**
 * Agents that stood still because somebody said so: `/halt all` in the incident of one must not become a page to the owners
 * of all others, that they hear nothing of them. What an order stops in part goes on being heard.
 */
export function ordersThatStop({ orders }: Plane): Order[] {
  return [...orders.values()].filter(stopsAgents);
}

/** When each agent that the order stops altogether was stopped by it. */
export function haltedPeriods(
  { agents }: Pick<Registry, 'agents'>,
  { haltId, scope, at, lifted }: Order,
): IncidentPeriod[] {
  const agentIds = scope.kind === 'agent' ? [scope.agentId] : [...agents.keys()];
  const toMs = lifted === null ? null : Date.parse(lifted.at);
  return agentIds.map((agentId) => ({ agentId, incident: haltId, fromMs: Date.parse(at), toMs }));
}

function stopsAgents({ scope, mode, drill, rehearsal }: Order): boolean {
  return !drill && !rehearsal && mode !== 'degraded' && (scope.kind === 'all' || scope.kind === 'agent');
}
