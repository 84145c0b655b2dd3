import { simulateReadableStream, streamText, tool, wrapLanguageModel } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { guardModel, guardTools } from '../../../src/guard/adapters/vercel-ai.js';
import { checkGuard } from '../../../src/guard/index.js';
import { listAttempts } from '../../../src/operations/quarantine/list-attempts.js';
import { openFrameworkAgent, slowWork, TOOLS } from '../../support/framework-agent.js';
import { eventually } from '../../support/halting.js';
import { only, release } from '../../support/quarantine.js';
import { aModel, run, says, usesTools } from '../../support/vercel-model.js';

const inputSchema = z.object({ amount: z.number() });

describe('what comes in pieces', () => {
  it('pitfall 14: a streaming model response is cut where it is', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const model = endlessModel();
    const middleware = guardModel(guard);
    const result = streamText({
      model: wrapLanguageModel({ model: model.model, middleware }),
      prompt: 'go on for ever',
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const text of result.textStream) seen.push(text);
    })();
    reading.catch(() => undefined);
    await model.begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    await expect(reading).rejects.toMatchObject({ name: 'HaltedError', haltId });
    await expect(result.text).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(seen.length).toBeGreaterThan(0);
    expect(model.cancelled()).toBe(true);
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });

  it('a stream that its reader leaves is let go', async () => {
    const { guard } = await openFrameworkAgent();
    const model = endlessModel();
    const wrapped = wrapLanguageModel({ model: model.model, middleware: guardModel(guard) });
    const { stream } = await wrapped.doStream({ prompt: [] });
    const reader = stream.getReader();
    await reader.read();

    await reader.cancel('seen enough');

    expect(model.cancelled()).toBe(true);
    expect(guard.inflight).toEqual([]);
  });

  it('a tool that gives its result in pieces is one action, cut when it is halted', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = slowWork();
    const refund = tool({
      inputSchema,
      async *execute(_, { abortSignal }) {
        yield 'half';
        yield await work.run(abortSignal);
      },
    });
    const model = aModel(usesTools('refund'), says('never said'));
    const result = run(guard, model, guardTools(guard, { refund }, { tools: TOOLS }));
    result.then(undefined, () => undefined);
    await work.begun;
    const running = guard.inflight.map(({ attempt }) => attempt.tool);

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    expect(running).toContain('stripe.refund');
    await expect(result).rejects.toMatchObject({ haltId });
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });

  it('a tool gives all its pieces while nothing is halted', async () => {
    const { guard } = await openFrameworkAgent();
    const refund = tool({
      inputSchema,
      async *execute() {
        yield 'half';
        yield 'all of it';
      },
    });

    const result = await run(
      guard,
      aModel(usesTools('refund'), says('all done')),
      guardTools(guard, { refund }, { tools: TOOLS }),
    );

    expect(result.steps[0]?.toolResults[0]?.output).toBe('all of it');
    expect(guard.inflight).toEqual([]);
  });

  it('a tool that gives its result in pieces waits in quarantine like any other', async () => {
    const { desk, guard, halt } = await openFrameworkAgent();
    const refund = tool({
      inputSchema,
      async *execute() {
        yield 'half';
        yield 'all of it';
      },
    });
    await halt({ kind: 'tool', tool: 'stripe.refund' }, 'hold');
    const model = aModel(usesTools('refund'), says('all done'));
    const result = run(guard, model, guardTools(guard, { refund }, { tools: TOOLS }));

    const waiting = await eventually(
      () => listAttempts(desk.deps, { states: ['held'], limit: 100 }),
      ({ attempts }) => attempts.length === 1,
    );
    await release(desk.deps, only(waiting.attempts));

    expect((await result).steps[0]?.toolResults[0]?.output).toBe('all of it');
  });

  it('asks before a model call and a tool of an agent that keeps no connection', async () => {
    const { desk, halt } = await openFrameworkAgent();
    const guard = checkGuard({ url: desk.url, token: desk.guardToken, agentId: 'billing-agent' });
    const model = new MockLanguageModelV3({
      doStream: { stream: simulateReadableStream({ chunks: [{ type: 'text-start' as const, id: 't' }] }) },
    });
    const wrapped = wrapLanguageModel({ model, middleware: guardModel(guard) });
    const { stream } = await wrapped.doStream({ prompt: [] });
    const first = await stream.getReader().read();
    const haltId = await halt();

    const later = wrapped.doStream({ prompt: [] });

    expect(first.value).toMatchObject({ type: 'text-start' });
    await expect(later).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(model.doStreamCalls).toHaveLength(1);
  });
});

/** A model that goes on talking until it is cancelled. */
function endlessModel() {
  let cancelled = false;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let said = 0;
  const model = new MockLanguageModelV3({
    doStream: async () => ({
      stream: new ReadableStream({
        start: (controller) => controller.enqueue({ type: 'text-start', id: 't' }),
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          controller.enqueue({ type: 'text-delta', id: 't', delta: `${(said += 1)} ` });
          if (said === 3) begin();
        },
        cancel: () => void (cancelled = true),
      }),
    }),
  });
  return { model, begun, cancelled: () => cancelled };
}
