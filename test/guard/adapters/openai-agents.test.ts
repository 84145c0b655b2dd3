import { tool, type ToolInputGuardrailDefinition } from '@openai/agents';
import { describe, expect, it } from 'vitest';
import { guardProvider, guardTools, haltGuardrail } from '../../../src/guard/adapters/openai-agents.js';
import { describeFramework } from '../../contracts/guard/framework.contract.js';
import { openFrameworkAgent, TOOLS } from '../../support/framework-agent.js';
import {
  aModel,
  anAgent,
  giving,
  outcome,
  parameters,
  says,
  toolOf,
  usesTools,
} from '../../support/openai-model.js';

const options = { tools: TOOLS };

describeFramework('the OpenAI Agents SDK', ({ guard, tools, calls, last, onHalted }) => {
  const model = aModel(...(calls.length > 0 ? [usesTools(...calls)] : []), says(last ?? 'never said'));
  const works = Object.entries(tools).map(([name, work]) => toolOf(name, work));
  const guarded = guardTools(guard, works, { ...options, onHalted });
  return {
    outcome: outcome(anAgent(guarded), guardProvider(guard, giving(model), options)),
    turns: () => model.requests.length,
    heard: () => JSON.stringify(model.requests.at(-1)?.input),
  };
});

describe('a tool guardrail', () => {
  const guarded = (guardrail: ToolInputGuardrailDefinition, executed: string[]) =>
    tool({
      name: 'refund',
      description: 'refunds',
      parameters,
      inputGuardrails: [guardrail],
      execute: async () => `${executed.push('refund')}`,
    });

  it('ends the run with the order that refused the call', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const ended = await outcome(
      anAgent([guarded(haltGuardrail(guard, options), executed)]),
      giving(aModel(usesTools('refund'))),
    );

    expect(ended).toMatchObject({ name: 'HaltedError', haltId });
    expect(executed).toEqual([]);
  });

  it('lets calls pass while nothing is halted, and tells the model of a paused class', async () => {
    const { guard, halt, lift } = await openFrameworkAgent();
    const executed: string[] = [];
    const agent = anAgent([guarded(haltGuardrail(guard, { ...options, onHalted: 'tell' }), executed)]);
    const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

    const model = aModel(usesTools('refund'), says('understood'));
    const told = await outcome(agent, giving(model));
    await lift(haltId);
    const after = await outcome(agent, giving(aModel(usesTools('refund'), says('all done'))));

    expect(told).toBe('understood');
    expect(JSON.stringify(model.requests[1]?.input)).toContain(`Halted by ${haltId}`);
    expect(after).toBe('all done');
    expect(executed).toEqual(['refund']);
  });
});
