import { tool, type ToolInputGuardrailDefinition } from '@openai/agents';
import { describe, expect, it } from 'vitest';
import {
  guardProvider,
  guardTool,
  guardTools,
  haltGuardrail,
} from '../../../src/guard/adapters/openai-agents.js';
import { openFrameworkAgent, slowWork, stubbornWork, TOOLS } from '../../support/framework-agent.js';
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

describe('an agent of the OpenAI Agents SDK under a guard', () => {
  it('runs its tools while nothing is halted', async () => {
    const { guard } = await openFrameworkAgent();
    const refund = guardTool(
      guard,
      toolOf('refund', async () => 'refunded'),
      options,
    );
    const model = aModel(usesTools('refund'), says('all done'));

    const said = await outcome(anAgent([refund]), guardProvider(guard, giving(model), options));

    expect(said).toBe('all done');
    expect(JSON.stringify(model.requests[1]?.input)).toContain('refunded');
  });

  it('begins no turn while the agent is halted', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const model = aModel(says('hello'));
    const haltId = await halt({ kind: 'agent', agentId: 'billing-agent' });

    const ended = await outcome(anAgent([]), guardProvider(guard, giving(model)));

    expect(ended).toMatchObject({ name: 'HaltedError', haltId });
    expect(model.requests).toHaveLength(0);
  });

  it('ends its run at a refused tool, whatever the tool would tell the model of an error', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const refund = guardTool(
      guard,
      toolOf('refund', async () => `${executed.push('refund')}`),
      options,
    );
    const model = aModel(usesTools('refund'), says('let me try again'));
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const ended = await outcome(anAgent([refund]), guardProvider(guard, giving(model)));

    expect(ended).toMatchObject({ name: 'HaltedError', haltId });
    expect(executed).toEqual([]);
    expect(model.requests).toHaveLength(1);
  });

  it('hands the order to a tool that runs, in details.signal', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = slowWork();
    const refund = guardTool(guard, toolOf('refund', work.run), options);
    const ended = outcome(anAgent([refund]), guardProvider(guard, giving(aModel(usesTools('refund')))));
    await work.begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    expect(await ended).toMatchObject({ name: 'HaltedError', haltId });
    expect(work.signals[0]?.aborted).toBe(true);
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });

  it('pitfall 13: stops all tools that one turn has started', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const [first, second] = [slowWork(), slowWork()];
    const tools = guardTools(guard, [toolOf('refund', first.run), toolOf('lookup', second.run)], options);
    const model = aModel(usesTools('refund', 'lookup'));
    const ended = outcome(anAgent(tools), guardProvider(guard, giving(model)));
    await Promise.all([first.begun, second.begun]);

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    expect(await ended).toMatchObject({ haltId });
    expect(order.points[0]?.inflight.aborted).toHaveLength(2);
  });

  it('pitfall 10: is not contained while a tool ignores its signal', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = stubbornWork();
    const refund = guardTool(guard, toolOf('refund', work.run), options);
    const ended = outcome(anAgent([refund]), guardProvider(guard, giving(aModel(usesTools('refund')))));
    await work.begun;

    const haltId = await halt();
    const during = await until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    work.finish();
    const after = await until(haltId, ({ contained }) => contained !== null);

    expect(during.contained).toBeNull();
    expect(after.points[0]?.inflight.completedAfter).toHaveLength(1);
    expect(await ended).toMatchObject({ haltId });
  });

  it('goes on with what is left of it when it is told of a paused class, and knows why', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const refund = guardTool(
      guard,
      toolOf('refund', async () => 'refunded'),
      { ...options, onHalted: 'tell' },
    );
    const model = aModel(usesTools('refund'), says('I could not refund it.'));
    const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

    const said = await outcome(anAgent([refund]), guardProvider(guard, giving(model)));

    expect(said).toBe('I could not refund it.');
    expect(JSON.stringify(model.requests[1]?.input)).toContain(
      `Halted by ${haltId}: it spends too much. stripe.refund was not run. Do not retry it; go on without it.`,
    );
  });

  it('works again after two people have lifted the order', async () => {
    const { guard, halt, lift } = await openFrameworkAgent();
    const refund = guardTool(
      guard,
      toolOf('refund', async () => 'refunded'),
      options,
    );
    const haltId = await halt();
    await outcome(anAgent([refund]), guardProvider(guard, giving(aModel(usesTools('refund')))));

    await lift(haltId);
    const model = aModel(usesTools('refund'), says('all done'));
    const said = await outcome(anAgent([refund]), guardProvider(guard, giving(model)));

    expect(said).toBe('all done');
  });
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
