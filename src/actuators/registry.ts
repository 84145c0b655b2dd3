/** Makes the actuators that `agents.yml` declares. A new kind is a branch in `createActuator` and a folder. */
import { actuatorPointId } from '../core/actuator.js';
import type { Agent, DeclaredActuator } from '../core/agent.js';
import type { Actuator, Actuators } from './types.js';
import { createWebhook, WEBHOOK_TIMEOUT_MS } from './webhook/index.js';
import { keyOf } from '../outgoing/sign-webhook.js';

export interface ActuatorParts {
  /** What the environment holds under HALTLINE_ACTUATOR_…, by the whole name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
}

/** `faults` has a sentence for each actuator that cannot be used, and what to do about it. */
export function createActuators(
  agents: Iterable<Agent>,
  parts: ActuatorParts,
): { actuators: Actuators; faults: readonly string[] } {
  const made = [...agents].flatMap((agent) =>
    agent.actuators.map((declared) => createActuator(agent, declared, parts)),
  );
  const actuators = made.flatMap((each) => (typeof each === 'string' ? [] : [each]));
  return {
    actuators: new Map(actuators.map((each) => [each.pointId, each])),
    faults: made.filter((each) => typeof each === 'string'),
  };
}

function createActuator(agent: Agent, declared: DeclaredActuator, parts: ActuatorParts): Actuator | string {
  const { name, url, statusUrl, secretEnv } = declared;
  const secret = parts.secrets[secretEnv];
  const key = secret === undefined ? undefined : keyOf(secret);
  if (key === undefined) return secretFault(agent.id, declared, secret !== undefined);
  return createWebhook({
    pointId: actuatorPointId(agent.id, name),
    agentId: agent.id,
    name,
    url,
    statusUrl: statusUrl ?? null,
    key,
    nowMs: parts.nowMs,
    timeoutMs: parts.timeoutMs ?? WEBHOOK_TIMEOUT_MS,
  });
}

function secretFault(agentId: string, { name, secretEnv }: DeclaredActuator, isSet: boolean): string {
  const what = isSet ? 'is not a secret of Standard Webhooks' : 'is missing';
  return `${secretEnv} ${what}: actuator ${name} of ${agentId} (agents.yml) is signed with it. Write whsec_ and the base64 of 24 to 64 bytes, as the vendor shows it.`;
}
