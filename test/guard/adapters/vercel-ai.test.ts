import { tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { actionIn, guardTools, haltIn } from '../../../src/guard/adapters/vercel-ai.js';
import { listAttempts } from '../../../src/operations/quarantine/list-attempts.js';
import { describeFramework } from '../../contracts/guard/framework.contract.js';
import { eventually } from '../../support/halting.js';
import { only, release } from '../../support/quarantine.js';
import { openFrameworkAgent, slowWork, TOOLS } from '../../support/framework-agent.js';
import { aModel, run, says, usesTools } from '../../support/vercel-model.js';

const inputSchema = z.object({ amount: z.number() });

describeFramework('the Vercel AI SDK', ({ guard, tools, calls, last, onHalted }) => {
  const model = aModel(...(calls.length > 0 ? [usesTools(...calls)] : []), says(last ?? 'never said'));
  const works = Object.entries(tools).map(([name, work]) => [
    name,
    tool({ inputSchema, execute: async (_, given) => work(given.abortSignal, actionIn(given)) }),
  ]);
  const guarded = guardTools(guard, Object.fromEntries(works), { tools: TOOLS, onHalted });
  return {
    outcome: run(guard, model, guarded).then(
      ({ text }) => text,
      (error: unknown) => haltIn(error) ?? error,
    ),
    turns: () => model.doGenerateCalls.length,
    heard: () => JSON.stringify(model.doGenerateCalls.at(-1)?.prompt.at(-1)),
  };
});

describe('an agent of the Vercel AI SDK', () => {
  it('stops a tool too when its caller gives up', async () => {
    const { guard } = await openFrameworkAgent();
    const work = slowWork();
    const execute = async (_: unknown, options: { abortSignal?: AbortSignal }) =>
      work.run(options.abortSignal);
    const { refund } = guardTools(guard, { refund: tool({ inputSchema, execute }) }, { tools: TOOLS });
    const caller = new AbortController();
    const running = refund.execute?.(
      { amount: 1 },
      { toolCallId: 'call-1', messages: [], abortSignal: caller.signal },
    );
    await work.begun;

    caller.abort(new Error('the user left'));

    await expect(running).rejects.toThrow('The operation was aborted');
    expect(guard.inflight).toEqual([]);
  });

  it('pitfall 13: refuses one of two tools called in the same step, and lets the other finish', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const done: string[] = [];
    const tools = guardTools(
      guard,
      {
        refund: tool({ inputSchema, execute: async () => done.push('refund') }),
        lookup: tool({ inputSchema, execute: async () => done.push('lookup') }),
      },
      { tools: TOOLS },
    );
    const model = aModel(usesTools('lookup', 'refund'), says('never said'));
    const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

    const result = run(guard, model, tools);

    await expect(result).rejects.toMatchObject({ haltId });
    expect(done).toEqual(['lookup']);
  });

  it('pitfall 16: an order for a tool that nobody listed stops it by its own name', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const tools = guardTools(guard, {
      surprise: tool({ inputSchema, execute: async () => executed.push('surprise') }),
    });
    const haltId = await halt({ kind: 'tool', tool: 'surprise' });

    const result = run(guard, aModel(usesTools('surprise'), says('never said')), tools);

    await expect(result).rejects.toMatchObject({ haltId });
    expect(executed).toEqual([]);
  });

  it('takes a tool that nobody listed for one of whatever class is halted', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const tools = guardTools(guard, {
      surprise: tool({ inputSchema, execute: async () => executed.push('surprise') }),
    });
    const haltId = await halt({ kind: 'class', actionClass: 'customer-communication' });

    const result = run(guard, aModel(usesTools('surprise'), says('never said')), tools);

    await expect(result).rejects.toMatchObject({ haltId });
    expect(executed).toEqual([]);
  });

  it('is ended all the same, and not told, when the whole agent is halted', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const tools = guardTools(
      guard,
      { refund: tool({ inputSchema, execute: async () => 'done' }) },
      {
        onHalted: 'tell',
      },
    );
    const haltId = await halt();

    const execution = tools.refund.execute?.({ amount: 1 }, { toolCallId: 'call-1', messages: [] });

    await expect(execution).rejects.toMatchObject({ name: 'HaltedError', haltId });
  });

  it('ends together with a sub-agent that one of its tools runs', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const refund = tool({ inputSchema, execute: async () => executed.push('refund') });
    const inner = guardTools(guard, { refund }, { tools: TOOLS });
    const delegate = tool({
      inputSchema,
      execute: async () => (await run(guard, aModel(usesTools('refund'), says('never said')), inner)).text,
    });
    const model = aModel(usesTools('delegate'), says('never said either'));
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const result = run(
      guard,
      model,
      guardTools(guard, { delegate }, { tools: { delegate: { actionClass: 'delegation' } } }),
    );

    await expect(result).rejects.toMatchObject({ haltId });
    expect(executed).toEqual([]);
    expect(model.doGenerateCalls).toHaveLength(1);
  });

  it('offers no tool that its provider runs while an order covers that', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const model = aModel(says('found it'));
    const search = tool({
      type: 'provider',
      id: 'vendor.search',
      args: {},
      inputSchema,
      outputSchema: z.string(),
    });
    const haltId = await halt({ kind: 'tool', tool: 'search' });

    const result = run(guard, model, { search });

    await expect(result).rejects.toMatchObject({ haltId });
    expect(model.doGenerateCalls).toHaveLength(0);
  });

  it('waits with a held tool call until a person has seen what it would do and releases it', async () => {
    const { desk, guard, halt } = await openFrameworkAgent();
    const refunded: number[] = [];
    const refund = tool({ inputSchema, execute: async ({ amount }) => refunded.push(amount) });
    const tools = guardTools(guard, { refund }, { tools: TOOLS });
    await halt({ kind: 'tool', tool: 'stripe.refund' }, 'hold');
    const result = run(guard, aModel(usesTools('refund'), says('all done')), tools);

    const waiting = await eventually(
      () => listAttempts(desk.deps, { states: ['held'], limit: 100 }),
      ({ attempts }) => attempts.length === 1,
    );
    const before = [...refunded];
    await release(desk.deps, only(waiting.attempts));
    const { text } = await result;

    expect(before).toEqual([]);
    expect(refunded).toEqual([1]);
    expect(text).toBe('all done');
  });
});
