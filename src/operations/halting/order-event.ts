import { doneBy, type Actor } from '../../core/actor.js';
import type { ExpectedPoint } from '../../core/halt-events.js';
import { touchesAgent, type Halt, type HaltMode, type HaltScope } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import { coversOrder } from '../actuators/actuator-points.js';
import type { Deps } from '../deps.js';
import type { OrderEvent } from './standing-orders.js';

/** An order that has been checked: by whom, for which incident, and as what. */
export interface CheckedOrder {
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly reason: string;
  readonly incident: string | null;
  readonly originChannel: string | null;
  readonly reviewAt: Instant | null;
  /** Told to every point, denies nothing. */
  readonly rehearsal: boolean;
  readonly breakGlass: boolean;
  readonly actor: Actor;
}

/** The fact of the order, with every point that has to answer for it as they are at this moment. */
export function orderEvent(
  deps: Deps,
  order: CheckedOrder,
  numbers: { readonly haltId: string; readonly epoch: number },
): OrderEvent {
  const { scope, mode, reason, incident, originChannel, reviewAt, rehearsal, breakGlass, actor } = order;
  const at = deps.now();
  const expected = expectedPoints(deps, order);
  return {
    type: 'halt:ordered',
    data: {
      ...numbers,
      scope,
      mode,
      orderedBy: doneBy(actor),
      at,
      incident,
      originChannel,
      drill: rehearsal,
      rehearsal,
      breakGlass,
      reviewAt,
      clockStartedAt: at,
      expected,
      uncovered: uncoveredAgents(deps, scope, expected),
      recordedLate: false,
    },
    private: { reason },
  };
}

/** The order as guards hear it. */
export function haltOf({ data, private: secret }: OrderEvent): Halt {
  const { haltId: id, scope, mode, orderedBy, at, rehearsal } = data;
  const reason = secret?.reason ?? '';
  return { id, scope, mode, reason, orderedBy, at, ...(rehearsal && { drill: true as const }) };
}

/**
 * Whoever holds a lease, and whatever is enforced without one. An actuator can only be tried by stopping its agent,
 * so a rehearsal leaves it out.
 */
function expectedPoints(
  { plane }: Deps,
  { scope, mode, rehearsal }: Pick<CheckedOrder, 'scope' | 'mode' | 'rehearsal'>,
): ExpectedPoint[] {
  const guards = plane.leases
    .all()
    .filter(({ agentId }) => touchesAgent(scope, agentId))
    // In the order in which the journal writes them.
    .map(({ agentId, instance, pointId }) => ({ agentId, instance, kind: 'guard' as const, pointId }));
  const fixed = plane.fixtures
    .expectedBy(scope, mode)
    .filter(({ kind }) => !rehearsal || kind !== 'actuator');
  return [...guards, ...fixed];
}

/** Agents in scope for which nobody answers in full: what goes on there, nobody can prove. */
export function uncoveredAgents(
  { registry }: Pick<Deps, 'registry'>,
  scope: HaltScope,
  points: readonly Pick<ExpectedPoint, 'pointId' | 'agentId' | 'kind'>[],
): string[] {
  const covering = points.filter((point) => coversOrder(registry, scope, point));
  const covered = new Set(covering.map(({ agentId }) => agentId));
  const named = 'agentId' in scope && scope.agentId !== undefined ? [scope.agentId] : [];
  const inScope = [...registry.agents.keys(), ...named].filter((agentId) => touchesAgent(scope, agentId));
  return [...new Set(inScope)].filter((agentId) => !covered.has(agentId));
}
