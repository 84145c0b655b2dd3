/** A real agent, from its prompt to the trace that a responder reads by the action's id. Nothing of it is ours but the guard. */
import { setTimeout as sleep } from 'node:timers/promises';
import { trace as api } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { generateText, stepCountIs, tool, wrapLanguageModel } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ActionTrace } from '../../src/core/trace.js';
import { guardModel, guardTools } from '../../src/guard/adapters/vercel-ai.js';
import type { Guard } from '../../src/guard/index.js';
import { openHaltDesk } from '../support/halting.js';
import { aContentKey, openTelemetryDesk } from '../support/telemetry-desk.js';

type Step = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>;

const USAGE = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 20, text: 20, reasoning: 0 },
};
const STEPS: readonly Step[] = [
  {
    content: [
      { type: 'reasoning', text: 'The order was paid twice.' },
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'refund', input: '{"amount":41}' },
    ],
    finishReason: { unified: 'tool-calls', raw: undefined },
    usage: USAGE,
    warnings: [],
  },
  {
    content: [{ type: 'text', text: 'Refunded 41.' }],
    finishReason: { unified: 'stop', raw: undefined },
    usage: USAGE,
    warnings: [],
  },
];
const TOOLS = { refund: { tool: 'stripe.refund', actionClass: 'external-api-call' } };

it('tells by the id of an action what its agent was asked, thought, did, got back and said', async () => {
  const { telemetry } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
  const desk = await openHaltDesk({ telemetry, timing: { leaseMs: 5_000 } });
  const provider = tracing(desk.url, desk.activityToken);
  const guard = desk.guard({ activeSpan: () => api.getActiveSpan() });
  await guard.ready();

  const actionId = await refund(guard, provider);
  await provider.shutdown();
  await guard.close();

  const trace = await readTrace(desk.url, desk.operateToken, actionId);
  expect(trace.parts.map(({ part, text, relation }) => [part, text, relation])).toEqual([
    ['instructions', 'You refund orders.', 'ancestor'],
    ['prompt', 'Refund order 881.', 'ancestor'],
    ['reasoning', 'The order was paid twice.', 'decision'],
    ['tool-call', '{"name":"refund","arguments":{"amount":41}}', 'decision'],
    ['tool-call', '{"amount":41}', 'action'],
    ['tool-result', '{"refunded":41}', 'action'],
    ['output', 'Refunded 41.', 'around'],
  ]);
  expect(trace).toMatchObject({
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    outcome: 'ok',
    check: { verdict: 'allow' },
    decision: { toolCallId: 'call_1', traceId: trace.traceId },
  });
  expect(trace.ancestors.length).toBeGreaterThan(0);
  expect(trace.parts.map(({ at }) => at)).toEqual(trace.parts.map(({ at }) => at).toSorted());
  expect(trace.unknown).toEqual([]);
});

function tracing(url: string, token: string): NodeTracerProvider {
  const exporter = new OTLPTraceExporter({
    url: `${url}/v1/traces`,
    headers: { authorization: `Bearer ${token}` },
  });
  const resource = resourceFromAttributes({ 'service.name': 'billing-agent' });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  onTestFinished(() => api.disable());
  return provider;
}

/** The agent's own code. Returns the id of the action that it took. */
async function refund(guard: Guard, provider: NodeTracerProvider): Promise<string> {
  let actionId = '';
  const steps = [...STEPS];
  const model = new MockLanguageModelV3({
    doGenerate: async () => {
      await sleep(5);
      return steps.shift() ?? Promise.reject(new Error('asked too often'));
    },
  });
  const tools = {
    refund: tool({
      inputSchema: z.object({ amount: z.number() }),
      execute: async ({ amount }) => {
        await sleep(5);
        actionId =
          guard.inflight.find(({ attempt }) => attempt.tool === 'stripe.refund')?.attempt.actionId ?? '';
        return { refunded: amount };
      },
    }),
  };
  await generateText({
    model: wrapLanguageModel({ model, middleware: guardModel(guard, { tools: TOOLS }) }),
    system: 'You refund orders.',
    prompt: 'Refund order 881.',
    tools: guardTools(guard, tools, { tools: TOOLS }),
    stopWhen: stepCountIs(5),
    experimental_telemetry: { isEnabled: true, tracer: provider.getTracer('ai') },
  });
  return actionId;
}

async function readTrace(url: string, token: string, actionId: string): Promise<ActionTrace> {
  const response = await fetch(`${url}/v1/actions/${actionId}/trace`, {
    headers: { authorization: `Bearer ${token}` },
  });
  // Our own answer, whose shape is what the test is about.
  return (await response.json()) as ActionTrace;
}
