import { tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { guardTools } from '../../../src/guard/adapters/vercel-ai.js';
import { listAttempts } from '../../../src/operations/list-attempts.js';
import { eventually } from '../../support/halting.js';
import { only, release } from '../../support/quarantine.js';
import { openFrameworkAgent, slowWork, stubbornWork, TOOLS } from '../../support/framework-agent.js';
import { aModel, run, says, usesTools } from '../../support/vercel-model.js';

const inputSchema = z.object({ amount: z.number() });

describe('an agent of the Vercel AI SDK under a guard', () => {
  it('runs its tools while nothing is halted', async () => {
    const { guard } = await openFrameworkAgent();
    const refund = tool({ inputSchema, execute: async ({ amount }) => `refunded ${amount}` });
    const model = aModel(usesTools('refund'), says('all done'));

    const result = await run(guard, model, guardTools(guard, { refund }, { tools: TOOLS }));

    expect(result.text).toBe('all done');
    expect(result.steps[0]?.toolResults[0]?.output).toBe('refunded 1');
  });

  it('begins no model call while the agent is halted', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const model = aModel(says('hello'));
    const haltId = await halt({ kind: 'agent', agentId: 'billing-agent' });

    const result = run(guard, model, {});

    await expect(result).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(model.doGenerateCalls).toHaveLength(0);
  });

  it('ends its run at a refused tool, before the model can argue', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: number[] = [];
    const refund = tool({ inputSchema, execute: async ({ amount }) => executed.push(amount) });
    const model = aModel(usesTools('refund'), says('let me try that again'));
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const result = run(guard, model, guardTools(guard, { refund }, { tools: TOOLS }));

    await expect(result).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(executed).toEqual([]);
    expect(model.doGenerateCalls).toHaveLength(1);
  });

  it('hands the order to a tool that runs, through the signal the SDK knows', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = slowWork();
    const refund = tool({ inputSchema, execute: async (_, { abortSignal }) => work.run(abortSignal) });
    const model = aModel(usesTools('refund'), says('never said'));
    const result = run(guard, model, guardTools(guard, { refund }, { tools: TOOLS }));
    result.then(undefined, () => undefined);
    await work.begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    await expect(result).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(work.signals[0]?.aborted).toBe(true);
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });

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

  it('pitfall 13: stops all tools that one step has started', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const [first, second] = [slowWork(), slowWork()];
    const tools = guardTools(
      guard,
      {
        refund: tool({ inputSchema, execute: async (_, { abortSignal }) => first.run(abortSignal) }),
        lookup: tool({ inputSchema, execute: async (_, { abortSignal }) => second.run(abortSignal) }),
      },
      { tools: TOOLS },
    );
    const result = run(guard, aModel(usesTools('refund', 'lookup'), says('never said')), tools);
    result.then(undefined, () => undefined);
    await Promise.all([first.begun, second.begun]);

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    await expect(result).rejects.toMatchObject({ haltId });
    expect(order.points[0]?.inflight.aborted).toHaveLength(2);
  });

  it('pitfall 10: is not contained while a tool ignores its signal', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = stubbornWork();
    const refund = tool({ inputSchema, execute: async () => work.run() });
    const result = run(
      guard,
      aModel(usesTools('refund'), says('never said')),
      guardTools(guard, { refund }, { tools: TOOLS }),
    );
    result.then(undefined, () => undefined);
    await work.begun;

    const haltId = await halt();
    const during = await until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    work.finish();
    const after = await until(haltId, ({ contained }) => contained !== null);

    expect(during.contained).toBeNull();
    expect(after.points[0]?.inflight.completedAfter).toHaveLength(1);
    await expect(result).rejects.toMatchObject({ haltId });
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

  it('goes on with what is left of it when it is told of a paused class, and knows why', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const tools = guardTools(
      guard,
      { refund: tool({ inputSchema, execute: async () => executed.push('refund') }) },
      { tools: TOOLS, onHalted: 'tell' },
    );
    const model = aModel(usesTools('refund'), says('I could not refund it.'));
    const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

    const result = await run(guard, model, tools);

    expect(result.text).toBe('I could not refund it.');
    expect(executed).toEqual([]);
    expect(JSON.stringify(model.doGenerateCalls[1]?.prompt.at(-1))).toContain(
      `Halted by ${haltId}: it spends too much. stripe.refund was not run. Do not retry it; go on without it.`,
    );
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

  it('works again after two people have lifted the order, with the same conversation', async () => {
    const { guard, halt, lift } = await openFrameworkAgent();
    const refund = tool({ inputSchema, execute: async () => 'refunded' });
    const tools = guardTools(guard, { refund }, { tools: TOOLS });
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });
    await expect(run(guard, aModel(usesTools('refund')), tools)).rejects.toMatchObject({ haltId });

    await lift(haltId);
    const result = await run(guard, aModel(usesTools('refund'), says('all done')), tools);

    expect(result.text).toBe('all done');
    expect(result.steps[0]?.toolResults[0]?.output).toBe('refunded');
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
