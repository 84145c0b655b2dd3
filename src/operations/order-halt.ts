import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../core/actor.js';
import { DomainError } from '../core/errors.js';
import type { ExpectedPoint } from '../core/halt-events.js';
import { describeScope, touchesAgent, type HaltMode, type HaltScope } from '../core/halt.js';
import { parseIncidentName } from '../core/ids.js';
import { allowHalting } from './allow-halting.js';
import type { Deps } from './deps.js';
import { joinOrder } from './join-order.js';
import { recordOrder } from './record-order.js';
import type { OrderEvent, UnrecordedOrder } from './standing-orders.js';

export interface OrderHalt {
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly reason: string;
  /** `INC-7` or `DRILL-2`; null outside any. A drill's order is recorded and never enforced. */
  readonly incident: string | null;
  /** Slack channel in which it was ordered. */
  readonly originChannel: string | null;
  readonly actor: Actor;
}

export interface HaltOrdered {
  readonly haltId: string;
  readonly epoch: number;
  /** Enforcement points that must answer before "contained" may be said. */
  readonly expected: number;
  /** Agents in scope about which nothing can be proven. */
  readonly uncovered: readonly string[];
  /** False where it is in force and could not be written yet. */
  readonly recorded: boolean;
  /** True where an equal order was in force: that one is returned. */
  readonly existed: boolean;
  /** True for an exercise: nothing was broadcast and nobody is stopped. */
  readonly drill: boolean;
}

/**
 * Durable first, then broadcast. An order that cannot be written, or not soon, is broadcast all the same and
 * written as soon as that works: nobody is told "halted" by a record, and nobody keeps acting for want of one.
 */
export async function orderHalt(deps: Deps, input: OrderHalt): Promise<HaltOrdered> {
  const actor = await allowHalting(deps, 'halt', input);
  await refuseUnknown(deps, input);
  const incident = input.incident?.trim().toUpperCase() ?? null;
  const order = { ...input, actor, incident };
  if (isDrill(incident)) return orderDrill(deps, order);
  const { orders } = deps.plane;
  const equal = orders.equalTo(input.scope, input.mode, deps.now());
  if (equal !== undefined) return joinOrder(deps, { standing: equal, incident, actor });

  // From here to `announcing` nothing waits: a guard is either expected, or gets no state before this order is out.
  const numbers = orders.take();
  const event = orderEvent(deps, order, { ...numbers, expected: pointsOf(deps, input.scope), drill: false });
  const { haltId, at, expected, uncovered } = event.data;
  const halt = {
    id: haltId,
    scope: order.scope,
    mode: order.mode,
    reason: order.reason,
    orderedBy: actor.id,
    at,
  };
  orders.add({ halt, epoch: numbers.epoch, expected: expected.length, uncovered });
  orders.announcing(1);
  const recorded = await recordInTime(deps, { event, actor }).finally(() => announce(deps, numbers.epoch));
  deps.wake();
  return { ...numbers, expected: expected.length, uncovered, recorded, existed: false, drill: false };
}

/** Whoever holds a lease, and whatever is enforced without one. */
function pointsOf({ plane }: Deps, scope: HaltScope): ExpectedPoint[] {
  const guards = plane.leases.all().map((point) => ({ ...point, kind: 'guard' as const }));
  return [...guards, ...plane.fixtures.expectedBy(scope)];
}

function announce({ plane }: Deps, epoch: number): void {
  try {
    // A later order that overtook this one has published it already.
    if (epoch > plane.current().epoch) plane.publish({ epoch, halts: plane.orders.halts() });
  } finally {
    plane.orders.announcing(-1);
  }
}

async function recordInTime(deps: Deps, order: UnrecordedOrder): Promise<boolean> {
  const { haltId } = order.event.data;
  deps.plane.orders.unrecorded.set(haltId, order);
  const record = recordOrder(deps, order, false).then(
    () => true,
    (error: unknown) => {
      deps.log.error(
        { err: error, haltId },
        'HALT NOT RECORDED: broadcast all the same, still trying to write',
      );
      return false;
    },
  );
  const patience = new AbortController();
  const late = sleep(deps.plane.timing.writePatienceMs, 'late' as const, { signal: patience.signal });
  const first = await Promise.race([record, late]);
  patience.abort();
  if (first !== 'late') return first;
  deps.log.error({ haltId }, 'HALT NOT RECORDED YET: the store is slow; broadcast all the same');
  return false;
}

async function orderDrill(deps: Deps, order: OrderHalt): Promise<HaltOrdered> {
  const { haltId } = deps.plane.orders.take();
  const epoch = deps.plane.current().epoch;
  const event = orderEvent(deps, order, { haltId, epoch, expected: [], drill: true });
  await recordOrder(deps, { event, actor: order.actor }, false);
  return { haltId, epoch, expected: 0, uncovered: [], recorded: true, existed: false, drill: true };
}

function orderEvent(
  { now, registry }: Deps,
  { scope, mode, reason, actor, incident, originChannel }: OrderHalt,
  given: Pick<OrderEvent['data'], 'haltId' | 'epoch' | 'drill'> & { expected: readonly ExpectedPoint[] },
): OrderEvent {
  const at = now();
  const expected = given.expected
    .filter(({ agentId }) => touchesAgent(scope, agentId))
    .map(({ pointId, agentId, instance, kind }) => ({ pointId, agentId, instance, kind }));
  const covered = new Set(expected.map(({ agentId }) => agentId));
  const named = 'agentId' in scope && scope.agentId !== undefined ? [scope.agentId] : [];
  const inScope = [...registry.agents.keys(), ...named].filter((agentId) => touchesAgent(scope, agentId));
  const uncovered = given.drill ? [] : [...new Set(inScope)].filter((agentId) => !covered.has(agentId));
  const data = {
    ...given,
    scope,
    mode,
    orderedBy: actor.id,
    at,
    incident,
    originChannel,
    expected,
    uncovered,
  };
  return {
    type: 'halt:ordered',
    data: { ...data, clockStartedAt: at, recordedLate: false },
    private: { reason },
  };
}

function isDrill(incident: string | null): boolean {
  return incident !== null && parseIncidentName(incident)?.kind === 'drill';
}

/** A misspelt name must not look like a halt. The look-up of the incident is given up where the store is slow. */
async function refuseUnknown(deps: Deps, { scope, incident }: OrderHalt): Promise<void> {
  const { registry, plane, store } = deps;
  const agentId = 'agentId' in scope ? scope.agentId : undefined;
  if (
    agentId !== undefined &&
    !registry.agents.has(agentId) &&
    !plane.leases.all().some((point) => point.agentId === agentId)
  )
    throw new DomainError(
      'not-found',
      `I know no agent "${agentId}", so ${describeScope(scope)} would stop nothing. There are: ${[...registry.agents.keys()].join(', ')}. "all" stops every agent.`,
    );
  if (incident === null) return;
  const parsed = parseIncidentName(incident);
  const row =
    parsed &&
    (await Promise.race([
      store.incident(parsed.kind, parsed.number).catch(() => null),
      sleep(LOOK_UP_PATIENCE_MS, null, { ref: false }),
    ]));
  if (row === undefined)
    throw new DomainError(
      'not-found',
      `There is no incident ${incident}. Order again without it, or with its name.`,
    );
}

const LOOK_UP_PATIENCE_MS = 500;
