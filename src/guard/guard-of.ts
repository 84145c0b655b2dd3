/** The face that an enforcer shows to the agent's code, wherever its state comes from. */
import type { MessageCarrier } from './child-port.js';
import type { Clock } from './clock.js';
import type { Enforcer } from './enforcer.js';
import type { Acting, Guard, GuardedAttempt } from './guard.js';
import type { Holdable } from './hold.js';
import { mintActionId } from './mint-action-id.js';
import { requireActionId } from './require-action-id.js';

export interface GuardParts {
  readonly enforcer: Enforcer;
  readonly agentId: string;
  readonly pointId: string;
  readonly clock: Clock;
  readonly ready: Promise<void>;
  serveTo(carrier: MessageCarrier): void;
  close(): Promise<void>;
}

export function guardOf(parts: GuardParts): Guard {
  const { enforcer, pointId } = parts;
  return {
    ...actingAs(parts, []),
    pointId,
    ready: () => parts.ready,
    serveTo: (carrier) => parts.serveTo(carrier),
    get state() {
      return enforcer.view().state;
    },
    get epoch() {
      return enforcer.view().epoch;
    },
    get halts() {
      return enforcer.view().halts;
    },
    get inflight() {
      return enforcer.actions.list();
    },
    close: () => parts.close(),
  };
}

/** `parents`: the agents that this one works for, nearest first. */
function actingAs(
  { enforcer, agentId, clock }: Pick<GuardParts, 'enforcer' | 'agentId' | 'clock'>,
  parents: readonly string[],
): Acting {
  const onBehalfOf = parents.length === 0 ? undefined : parents;
  // Member by member: nothing but what an agent may say of its attempt comes along.
  const complete = ({
    tool,
    actionClass,
    actionId,
    readOnly,
    parameters,
    signal,
  }: GuardedAttempt): Holdable => ({
    agentId,
    tool,
    actionClass,
    actionId: actionId === undefined ? mintActionId(clock().wallMs) : requireActionId(actionId),
    readOnly: readOnly === true,
    onBehalfOf,
    parameters,
    signal,
  });
  return {
    agentId,
    run(attempt, fn) {
      try {
        return enforcer.run(complete(attempt), fn);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    stream: (attempt, fn) => enforcer.stream(complete(attempt), fn),
    artifact: (artifact) => enforcer.reporting?.artifact(agentId, artifact),
    reviewed: (review) => enforcer.reporting?.reviewed(agentId, review),
    child(options = {}) {
      const own = options.agentId ?? agentId;
      if (own === agentId) return actingAs({ enforcer, agentId, clock }, parents);
      enforcer.answerFor(own);
      return actingAs({ enforcer, agentId: own, clock }, [agentId, ...parents]);
    },
  };
}
