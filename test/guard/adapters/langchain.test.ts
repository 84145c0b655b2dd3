import { RunnableLambda } from '@langchain/core/runnables';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { AIMessage, createAgent, createMiddleware, fakeModel, tool } from 'langchain';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  actionIn,
  haltIn,
  haltMiddleware,
  type AdapterGuard,
  type AdapterOptions,
  type HandedAction,
} from '../../../src/guard/adapters/langchain.js';
import { describeFramework } from '../../contracts/guard/framework.contract.js';
import { containedInTheEnd, openFrameworkAgent, stubbornWork, TOOLS } from '../../support/framework-agent.js';

const schema = z.object({ amount: z.number() });

type Work = (signal: AbortSignal | undefined, action?: HandedAction) => Promise<string>;

/** A tool that does `work`, with the signal that LangChain hands it. */
function toolOf(name: string, work: Work) {
  return tool((_input, config: { signal?: AbortSignal }) => work(config.signal, actionIn(config)), {
    name,
    description: name,
    schema,
  });
}

type Tools = ReturnType<typeof toolOf>[];

interface Setting {
  readonly guard: AdapterGuard;
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

describeFramework('LangChain', ({ guard, tools, calls, last, onHalted }) => {
  const model = (calls.length > 0 ? calling(...calls) : fakeModel()).respond(
    new AIMessage(last ?? 'never said'),
  );
  const works = Object.entries(tools).map(([name, work]) => toolOf(name, work));
  return {
    outcome: outcome({ guard, model, tools: works, options: { tools: TOOLS, onHalted } }),
    turns: () => model.callCount,
    heard: () => model.calls.at(-1)?.messages.at(-1)?.text ?? '',
  };
});

describe('an agent of LangChain', () => {
  it('pitfall 10: counts a runnable that was made into a tool as running until it has ended', async () => {
    const agent = await openFrameworkAgent();
    const work = stubbornWork();
    const refund = RunnableLambda.from(() => work.run()).asTool({
      name: 'refund',
      description: 'refund',
      schema,
    });
    const middleware = [createMiddleware(haltMiddleware(agent.guard, { tools: TOOLS }))];
    const ended = createAgent({ model: calling('refund'), tools: [refund], middleware })
      .invoke({ messages: [{ role: 'user', content: 'refund' }] })
      .catch(haltIn);

    const { haltId, during, after } = await containedInTheEnd(agent, work);

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
});
