import type { ActionClassName } from './action-class.js';
import type { HaltMode } from './halt.js';

/** How much one agent or tool can harm before anybody looks. */
export type BlastRadius = 'low' | 'medium' | 'high';

/** A tool or API that an agent has declared it will use; anything else trips the authorisation wire. */
export interface Tool {
  readonly name: string;
  readonly actionClass: ActionClassName;
  readonly blastRadius: BlastRadius;
}

/** Whoever runs the model or the agent for us, and what they promise about stopping it. */
export interface Vendor {
  readonly name: string;
  /** Their documented kill-switch time; null where they document none. */
  readonly killSwitchSlaSeconds: number | null;
}

/** One block under `actuators` of an agent in `agents.yml`. */
export interface DeclaredActuator {
  readonly name: string;
  readonly kind: 'webhook';
  readonly url: string;
  /** Where it says how the agent stands; without one the order is repeated until the answer says it. */
  readonly statusUrl?: string | undefined;
  /** The environment variable with the secret that requests are signed with. */
  readonly secretEnv: string;
  /** Left out: the whole agent. */
  readonly stops?: ActuatorReach | undefined;
  /** The modes of orders that it may be told of; it can do nothing milder than stop. */
  readonly modes: readonly HaltMode[];
  /** Its documented time to stop; the vendor's where left out. */
  readonly slaSeconds?: number | undefined;
  /** False where only people at the vendor can start the agent again. */
  readonly releasable: boolean;
}

/** What an actuator stops that does not stop the whole agent. */
export interface ActuatorReach {
  readonly tools: readonly string[];
  readonly actionClasses: readonly string[];
}

/** An autonomous program that acts on outside surfaces; declared in `runbooks/agents.yml`. */
export interface Agent {
  readonly id: string;
  readonly title: string;
  /** Slack user ids or user-group ids that own the business outcome. */
  readonly owners: readonly string[];
  readonly vendor: Vendor;
  readonly tools: readonly Tool[];
  /** Agents, systems and surfaces that take this agent's output as input. */
  readonly consumers: readonly { readonly kind: 'agent' | 'system' | 'surface'; readonly name: string }[];
  /** True where it moves money: its traces are kept for the financial-records horizon. */
  readonly transactionBearing: boolean;
  /** What can stop it from outside, beside its guards. */
  readonly actuators: readonly DeclaredActuator[];
}

const RANK: Readonly<Record<BlastRadius, number>> = { low: 0, medium: 1, high: 2 };

/** The worst that any tool of the agent can do; `low` for an agent without tools. */
export function blastRadiusOf(agent: Agent): BlastRadius {
  return agent.tools.reduce<BlastRadius>(
    (worst, tool) => (RANK[tool.blastRadius] > RANK[worst] ? tool.blastRadius : worst),
    'low',
  );
}

/** The action classes an agent can act in, each once, in the order of its tools. */
export function actionClassesOf(agent: Agent): ActionClassName[] {
  return [...new Set(agent.tools.map((tool) => tool.actionClass))];
}
