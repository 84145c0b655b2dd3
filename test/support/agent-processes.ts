/** The demo's four agents, each in a process of its own, judged by what they write down themselves. */
import { z } from 'zod';
import { SAMPLE_AGENTS } from '../../src/sandbox/demo/agents.js';
import { makeToken } from './bot-process.js';
import { startCompiled, type Running } from './processes.js';

const Said = z.object({ began: z.string().optional(), refused: z.string().optional(), at: z.number() });

export interface AgentProcess {
  readonly agentId: string;
  /** When each of its actions began, in epoch milliseconds, by its own clock. */
  began(): number[];
  refusals(): number;
  stop(): Promise<void>;
}

export async function startAgentProcesses(url: string): Promise<AgentProcess[]> {
  return Promise.all(
    SAMPLE_AGENTS.map(async (agent) => {
      const token = await makeToken(url, { scopes: ['guard'], agentId: agent.agentId });
      const orders = JSON.stringify({ url, token, ...agent, actionMs: 120 });
      const running = startCompiled('sandbox/agents/sample-agent.process.js', [orders]);
      return {
        agentId: agent.agentId,
        began: () => saidBy(running).flatMap(({ began, at }) => (began === undefined ? [] : [at])),
        refusals: () => saidBy(running).filter(({ refused }) => refused !== undefined).length,
        stop: () => running.stop('SIGKILL'),
      };
    }),
  );
}

function saidBy({ lines }: Running): z.infer<typeof Said>[] {
  return lines.flatMap(({ text }) => {
    if (!text.startsWith('{')) return [];
    const said = Said.safeParse(JSON.parse(text));
    return said.success ? [said.data] : [];
  });
}
