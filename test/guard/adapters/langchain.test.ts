import { RunnableLambda } from '@langchain/core/runnables';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { AIMessage, createAgent, createMiddleware, fakeModel, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { haltIn, haltMiddleware, type AdapterOptions } from '../../../src/guard/adapters/langchain.js';
import type { Guard } from '../../../src/guard/index.js';
import { openFrameworkAgent, slowWork, stubbornWork, TOOLS } from '../../support/framework-agent.js';

const schema = z.object({ amount: z.number() });

/** A tool that does `work`, with the signal that LangChain hands it. */
function toolOf(name: string, work: (signal: AbortSignal | undefined) => Promise<string>) {
  return tool((_input, config: { signal?: AbortSignal }) => work(config.signal), {
    name,
    description: name,
    schema,
  });
}

type Tools = ReturnType<typeof toolOf>[];

interface Setting {
  readonly guard: Guard;
  readonly model: ReturnType<typeof fakeModel>;
  readonly tools?: Tools;
  readonly options?: AdapterOptions;
}

/** How the run of an agent ends: with its last words, or with the refusal. */
async function outcome({ guard, model, tools = [], options = { tools: TOOLS } }: Setting): Promise<unknown> {
  const middleware = [createMiddleware(haltMiddleware(guard, options))];
  return createAgent({ model, tools, middleware })
    .invoke({ messages: [{ role: 'user', content: 'refund them' }] })
    .then(
      ({ messages }) => messages.at(-1)?.text,
      (error: unknown) => haltIn(error) ?? error,
    );
}

const calling = (...names: string[]) =>
  fakeModel().respondWithTools(names.map((name) => ({ name, args: { amount: 1 } })));

describe('an agent of LangChain under a guard', () => {
  it('runs its tools while nothing is halted', async () => {
    const { guard } = await openFrameworkAgent();
    const model = calling('refund').respond(new AIMessage('all done'));
    const tools = [toolOf('refund', async () => 'refunded')];

    const said = await outcome({ guard, model, tools });

    expect(said).toBe('all done');
    expect(model.calls[1]?.messages.at(-1)?.text).toBe('refunded');
  });

  it('begins no model call while the agent is halted', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const model = fakeModel().respond(new AIMessage('hello'));
    const haltId = await halt({ kind: 'agent', agentId: 'billing-agent' });

    const ended = await outcome({ guard, model });

    expect(ended).toMatchObject({ name: 'HaltedError', haltId });
    expect(model.callCount).toBe(0);
  });

  it('ends its run at a refused tool, before the model is asked to mend its ways', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const model = calling('refund').respond(new AIMessage('let me try again'));
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const ended = await outcome({
      guard,
      model,
      tools: [toolOf('refund', async () => `${executed.push('refund')}`)],
    });

    expect(ended).toMatchObject({ name: 'HaltedError', haltId });
    expect(executed).toEqual([]);
    expect(model.callCount).toBe(1);
  });

  it('hands the order to a tool that runs, in config.signal', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = slowWork();
    const ended = outcome({ guard, model: calling('refund'), tools: [toolOf('refund', work.run)] });
    await work.begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    expect(await ended).toMatchObject({ haltId });
    expect(work.signals[0]?.aborted).toBe(true);
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });

  it('pitfall 13: stops all tools that one step has started', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const [first, second] = [slowWork(), slowWork()];
    const tools = [toolOf('refund', first.run), toolOf('lookup', second.run)];
    const ended = outcome({ guard, model: calling('refund', 'lookup'), tools });
    await Promise.all([first.begun, second.begun]);

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    expect(await ended).toMatchObject({ haltId });
    expect(order.points[0]?.inflight.aborted).toHaveLength(2);
  });

  it('pitfall 10: is not contained while a tool ignores its signal', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = stubbornWork();
    const ended = outcome({
      guard,
      model: calling('refund').respond(new AIMessage('never said')),
      tools: [toolOf('refund', work.run)],
    });
    await work.begun;

    const haltId = await halt();
    const during = await until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    work.finish();
    const after = await until(haltId, ({ contained }) => contained !== null);

    expect(during.contained).toBeNull();
    expect(after.points[0]?.inflight.completedAfter).toHaveLength(1);
    expect(await ended).toMatchObject({ haltId });
  });

  it('pitfall 10: counts a runnable that was made into a tool as running until it has ended', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = stubbornWork();
    const refund = RunnableLambda.from(() => work.run()).asTool({
      name: 'refund',
      description: 'refund',
      schema,
    });
    const middleware = [createMiddleware(haltMiddleware(guard, { tools: TOOLS }))];
    const ended = createAgent({ model: calling('refund'), tools: [refund], middleware })
      .invoke({ messages: [{ role: 'user', content: 'refund' }] })
      .catch(haltIn);
    await work.begun;

    const haltId = await halt();
    const during = await until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
    work.finish();
    const after = await until(haltId, ({ contained }) => contained !== null);

    expect(during.contained).toBeNull();
    expect(after.points[0]?.inflight.completedAfter).toHaveLength(1);
    expect(await ended).toMatchObject({ haltId });
  });

  it('pitfall 14: a streaming model response is cut where it is', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const model = new FakeListChatModel({ responses: ['and so on '.repeat(200)], sleep: 10 });
    const middleware = [createMiddleware(haltMiddleware(guard))];
    const agent = createAgent({ model, tools: [], middleware });
    const seen: unknown[] = [];
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const reading = (async () => {
      const input = { messages: [{ role: 'user', content: 'go on' }] };
      for await (const piece of await agent.stream(input, { streamMode: 'messages' })) {
        seen.push(piece);
        begin();
      }
    })();
    reading.catch(() => undefined);
    await begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    await expect(reading.catch(haltIn)).resolves.toMatchObject({ haltId });
    expect(seen.length).toBeLessThan(1_000);
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });

  it('pitfall 15: a retry of a refused tool is refused as well', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const retryTwice = createMiddleware({
      name: 'retry-twice',
      wrapToolCall: async (request, handler) => {
        const again = () => handler(request);
        return Promise.resolve(again()).catch(again).catch(again);
      },
    });
    const model = calling('refund').respond(new AIMessage('I give up.'));
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });
    const agent = createAgent({
      model,
      tools: [toolOf('refund', async () => `${executed.push('refund')}`)],
      middleware: [retryTwice, createMiddleware(haltMiddleware(guard, { tools: TOOLS }))],
    });

    const ended = await agent.invoke({ messages: [{ role: 'user', content: 'refund' }] }).catch(haltIn);

    expect(ended).toMatchObject({ haltId });
    expect(executed).toEqual([]);
  });

  it('goes on with what is left of it when it is told of a paused class, and knows why', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const model = calling('refund').respond(new AIMessage('I could not refund it.'));
    const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

    const said = await outcome({
      guard,
      model,
      tools: [toolOf('refund', async () => `${executed.push('refund')}`)],
      options: { tools: TOOLS, onHalted: 'tell' },
    });

    expect(said).toBe('I could not refund it.');
    expect(executed).toEqual([]);
    expect(model.calls[1]?.messages.at(-1)?.text).toBe(
      `Halted by ${haltId}: it spends too much. stripe.refund was not run. Do not retry it; go on without it.`,
    );
  });

  it('ends together with a sub-agent that one of its tools runs', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const executed: string[] = [];
    const middleware = [createMiddleware(haltMiddleware(guard, { tools: TOOLS }))];
    const inner = createAgent({
      model: calling('refund').respond(new AIMessage('never said')),
      tools: [toolOf('refund', async () => `${executed.push('refund')}`)],
      middleware,
    });
    const delegate = toolOf('delegate', async () => {
      const { messages } = await inner.invoke({ messages: [{ role: 'user', content: 'refund' }] });
      return messages.at(-1)?.text ?? '';
    });
    const model = calling('delegate').respond(new AIMessage('never said either'));
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const ended = await outcome({ guard, model, tools: [delegate] });

    expect(ended).toMatchObject({ haltId });
    expect(executed).toEqual([]);
    expect(model.callCount).toBe(1);
  });

  it('works again after two people have lifted the order', async () => {
    const { guard, halt, lift } = await openFrameworkAgent();
    const tools = [toolOf('refund', async () => 'refunded')];
    const haltId = await halt();
    await outcome({ guard, model: calling('refund'), tools });

    await lift(haltId);
    const said = await outcome({
      guard,
      model: calling('refund').respond(new AIMessage('all done')),
      tools,
    });

    expect(said).toBe('all done');
  });
});
