/** What the acts of one story have in common: its stage, its agents, and what earlier acts have come to. */
import { afterAll, beforeAll } from 'vitest';
import { openStage, type Delivery, type Stage } from '../../support/stage.js';
import { startAgents, type WorkingAgent } from '../../support/working-agents.js';

export interface Story {
  readonly stage: Stage;
  readonly agents: readonly WorkingAgent[];
  agent(agentId: string): WorkingAgent;
  /** Keeps what a later act needs. */
  keep(name: Memory, value: string): void;
  recall(name: Memory): string;
}

/** What acts hand on to each other: ids of channels. */
export type Memory = 'incident channel' | 'declared channel' | 'drill channel';

/** Opens the stage before the first act and closes it after the last. */
export function beginStory(delivery: Delivery): Story {
  let stage: Stage | undefined;
  let agents: readonly WorkingAgent[] = [];
  const memory = new Map<Memory, string>();
  beforeAll(async () => {
    stage = await openStage({ delivery });
    await stage.ready();
    agents = await startAgents(stage.url);
  });
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.stop()));
    await stage?.close();
  });
  return {
    get stage() {
      if (stage === undefined) throw new Error('the stage is not open yet');
      return stage;
    },
    get agents() {
      return agents;
    },
    agent: (agentId) => {
      const found = agents.find((agent) => agent.agentId === agentId);
      if (found === undefined) throw new Error(`no agent ${agentId} is at work`);
      return found;
    },
    keep: (name, value) => void memory.set(name, value),
    recall: (name) => {
      const value = memory.get(name);
      if (value === undefined) throw new Error(`an earlier act did not come to: ${name}`);
      return value;
    },
  };
}
