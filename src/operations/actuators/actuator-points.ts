/** Which actuators an order concerns, as agents.yml declares them. */
import { actuatorPointId, expresses, stopsAllOf } from '../../core/actuator.js';
import type { Agent, DeclaredActuator } from '../../core/agent.js';
import type { ExpectedPoint } from '../../core/halt-events.js';
import type { HaltScope } from '../../core/halt.js';
import type { Registry } from '../../registry/registry.js';
import type { Deps } from '../deps.js';

/** From now on orders expect every actuator that may be told of them. */
export function expectActuators({ plane, registry }: Pick<Deps, 'plane' | 'registry'>): void {
  const declared = declaredActuators(registry);
  plane.fixtures.register((scope, mode) =>
    declared
      .filter(({ agent, actuator }) => expresses(agent, actuator, { scope, mode }))
      .map(({ agent, actuator: { name } }): ExpectedPoint => ({
        pointId: actuatorPointId(agent.id, name),
        agentId: agent.id,
        instance: name,
        kind: 'actuator',
      })),
  );
}

export interface ActuatorOfAgent {
  readonly agent: Agent;
  readonly actuator: DeclaredActuator;
}

/** Undefined where agents.yml has none of this name any more. */
export function declaredActuator(registry: Registry, pointId: string): ActuatorOfAgent | undefined {
  return declaredActuators(registry).find(
    ({ agent, actuator }) => actuatorPointId(agent.id, actuator.name) === pointId,
  );
}

/** False for an actuator that stops a part of what the order covers: the rest of the agent goes on. */
export function coversOrder(
  registry: Registry,
  scope: HaltScope,
  { pointId, kind }: Pick<ExpectedPoint, 'pointId' | 'kind'>,
): boolean {
  if (kind !== 'actuator') return true;
  const found = declaredActuator(registry, pointId);
  return found !== undefined && stopsAllOf(found.agent, found.actuator, scope);
}

function declaredActuators({ agents }: Registry): ActuatorOfAgent[] {
  return [...agents.values()].flatMap((agent) => agent.actuators.map((actuator) => ({ agent, actuator })));
}
