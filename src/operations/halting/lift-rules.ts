/** Who may lift, and what exactly they agree to. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.js';
import type { Order } from '../../core/containment.js';
import { DomainError } from '../../core/errors.js';
import { overlaps, touchesAgent } from '../../core/halt.js';
import type { Deps } from '../deps.js';

/** Minutes within which the second person has to approve. */
export const LIFT_REQUEST_MINUTES = 15;

/** What the second person approves is what the first one asked for: the digest says so. */
export function liftDigest({ haltId, scope, mode, epoch }: Order): string {
  return createHash('sha256').update(canonicalJson({ haltId, scope, mode, epoch })).digest('hex');
}

/** Lifting is an act of two people, so each has to be one. */
export function requirePerson(person: string | null): string {
  if (person !== null && person !== '') return person;
  throw new DomainError(
    'not-allowed',
    'Lifting needs two people, and this token stands for nobody. Use a token that is bound to a person, or lift in Slack.',
  );
}

/** An order that still stands. */
export function requireStanding(order: Order): Order {
  if (order.lifted === null) return order;
  throw new DomainError(
    'already-done',
    `${order.haltId} was lifted at ${order.lifted.at} by ${order.lifted.by}.`,
  );
}

/** An order of the same agents that was given after this one's lift was asked for. */
export function orderedSince(
  { haltId, scope, liftRequest }: Order,
  standing: readonly Order[],
): Order | undefined {
  if (liftRequest === null) return undefined;
  return standing.find(
    (other) => other.haltId !== haltId && other.epoch > liftRequest.seenEpoch && overlaps(other.scope, scope),
  );
}

/** Two people, and at least one who does not own the business outcome of the agent that was stopped. */
export function requireTwo(deps: Deps, order: Order, [requester, approver]: readonly [string, string]): void {
  if (requester === approver)
    throw new DomainError(
      'same-person',
      `You asked for this lift yourself. Somebody else has to approve ${order.haltId}.`,
    );
  const agents = affectedAgents(deps, order);
  const owns = (person: string): boolean =>
    deps.directory.rolesOf(person).owns.some((agentId) => agents.includes(agentId));
  if (owns(requester) && owns(approver))
    throw new DomainError(
      'not-allowed',
      `You both own agents that ${order.haltId} stops (${agents.join(', ')}). One of the two who lift it must not be an owner.`,
    );
}

function affectedAgents({ registry }: Deps, { scope }: Order): string[] {
  if ('agentId' in scope && scope.agentId !== undefined) return [scope.agentId];
  return [...registry.agents.keys()].filter((agentId) => touchesAgent(scope, agentId));
}
