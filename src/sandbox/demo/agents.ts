import { startChild, type Child } from './child.js';

interface SampleAgent {
  readonly agentId: string;
  readonly tools: readonly { readonly tool: string; readonly actionClass: string }[];
}

/** The fleet of the shipped `runbooks/agents.yml`, with harmless stand-ins for its tools. */
export const SAMPLE_AGENTS: readonly SampleAgent[] = [
  { agentId: 'billing-agent', tools: [{ tool: 'stripe.refund', actionClass: 'external-api-call' }] },
  { agentId: 'support-agent', tools: [{ tool: 'email.send', actionClass: 'customer-communication' }] },
  { agentId: 'catalogue-agent', tools: [{ tool: 'cms.publish', actionClass: 'document-publication' }] },
  { agentId: 'platform-agent', tools: [{ tool: 'git.merge', actionClass: 'code-deployment' }] },
];

/** A running agent and what it says of itself. */
export interface RunningAgent {
  readonly agentId: string;
  readonly child: Child;
  /** When each of its actions began, in epoch milliseconds. */
  began(): number[];
  refusals(): number;
}

export function startAgent(agent: SampleAgent, { url, token }: { url: string; token: string }): RunningAgent {
  const orders = { url, token, ...agent, actionMs: 120 };
  const child = startChild('sandbox/agents/sample-agent.process.js', [JSON.stringify(orders)], {});
  const told = (): Record<string, unknown>[] =>
    child.lines.map(parseLine).filter((line) => line !== undefined);
  return {
    agentId: agent.agentId,
    child,
    began: () =>
      told()
        .filter((line) => 'began' in line)
        .map((line) => Number(line['at'])),
    refusals: () => told().filter((line) => 'refused' in line).length,
  };
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
