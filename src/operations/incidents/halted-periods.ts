import type { Order, Plane } from '../../core/order.js';
import type { Registry } from '../../registry/registry.js';
import type { IncidentPeriod } from '../../telemetry/types.js';

/** An order, and when each agent that it stops altogether was stopped by it. */
export interface HaltedPeriods {
  readonly haltId: string;
  readonly liftedAt: string | null;
  readonly periods: readonly IncidentPeriod[];
}

/**
 * Agents that stood still because somebody said so: `/halt all` in the incident of one must not become a page to the owners
 * of all others, that they hear nothing of them. What an order stops in part goes on being heard.
 */
export function haltedPeriods({ agents }: Pick<Registry, 'agents'>, { orders }: Plane): HaltedPeriods[] {
  return [...orders.values()].filter(stopsAgents).map((order) => {
    const { haltId, scope, at, lifted } = order;
    const agentIds = scope.kind === 'agent' ? [scope.agentId] : [...agents.keys()];
    const toMs = lifted === null ? null : Date.parse(lifted.at);
    return {
      haltId,
      liftedAt: lifted?.at ?? null,
      periods: agentIds.map((agentId) => ({ agentId, incident: haltId, fromMs: Date.parse(at), toMs })),
    };
  });
}

function stopsAgents({ scope, mode, drill, rehearsal }: Order): boolean {
  return !drill && !rehearsal && mode !== 'degraded' && (scope.kind === 'all' || scope.kind === 'agent');
}
