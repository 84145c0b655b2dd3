/** The fleet of the shipped runbooks in this process: each agent does harmless work through a real guard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard, HaltedError } from '../../src/guard/index.js';
import { SAMPLE_AGENTS } from '../../src/sandbox/demo/agents.js';
import { makeToken } from './bot-process.js';

export interface WorkingAgent {
  readonly agentId: string;
  /** When each of its actions began, in epoch milliseconds. */
  readonly began: readonly number[];
  /** How many of its actions were refused. */
  refused(): number;
  stop(): Promise<void>;
}

const ACTION_MS = 60;
const PAUSE_MS = 30;

/** Starts all four; resolves when each may act. */
export async function startAgents(url: string): Promise<readonly WorkingAgent[]> {
  return Promise.all(
    SAMPLE_AGENTS.map(async ({ agentId, tools }) => {
      const token = await makeToken(url, { scopes: ['guard'], agentId });
      const [tool = { tool: 'none', actionClass: 'none' }] = tools;
      return startAgent({ url, token, agentId }, tool);
    }),
  );
}

async function startAgent(
  about: { readonly url: string; readonly token: string; readonly agentId: string },
  tool: { readonly tool: string; readonly actionClass: string },
): Promise<WorkingAgent> {
  // They act so often that the wires would rightly trip.
  const guard = createGuard({ ...about, report: false });
  const began: number[] = [];
  let refused = 0;
  let working = true;
  await guard.ready();
  const act = async (): Promise<void> => {
    await guard.run(tool, async ({ signal }) => {
      began.push(Date.now());
      await sleep(ACTION_MS, undefined, { signal });
    });
  };
  const work = async (): Promise<void> => {
    while (working) {
      await act().catch((error: unknown) => {
        if (!(error instanceof HaltedError)) throw error;
        refused += 1;
      });
      await sleep(PAUSE_MS);
    }
  };
  const done = work();
  return {
    agentId: about.agentId,
    began,
    refused: () => refused,
    stop: async () => {
      working = false;
      await done;
      await guard.close();
    },
  };
}
