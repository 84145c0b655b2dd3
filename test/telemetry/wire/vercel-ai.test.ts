import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { generateText, stepCountIs, tool } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import { aContext } from '../../support/otlp.js';
import { decodePosted, startOtlpReceiver } from '../../support/otlp-receiver.js';

type Step = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>;

const USAGE = {
  inputTokens: { total: 1000, noCache: 800, cacheRead: 150, cacheWrite: 50 },
  outputTokens: { total: 200, text: 150, reasoning: 50 },
};
const ASKS: Step = {
  content: [
    { type: 'reasoning', text: 'The order is paid.' },
    { type: 'tool-call', toolCallId: 'call_1', toolName: 'refund', input: '{"amount":41}' },
  ],
  finishReason: { unified: 'tool-calls', raw: undefined },
  usage: USAGE,
  warnings: [],
};
const ANSWERS: Step = {
  content: [{ type: 'text', text: 'Refunded.' }],
  finishReason: { unified: 'stop', raw: undefined },
  usage: USAGE,
  warnings: [],
};
const PRICES = new Map([
  [
    'mock-model-id',
    { inputPerMillion: 10, outputPerMillion: 30, cacheReadPerMillion: 1, cacheWritePerMillion: 12.5 },
  ],
]);

async function runAgent() {
  const receiver = await startOtlpReceiver();
  const exporter = new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
  const resource = resourceFromAttributes({ 'service.name': 'billing-agent' });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register();
  await generateText({
    model: new MockLanguageModelV3({ doGenerate: [ASKS, ANSWERS] }),
    system: 'You refund orders.',
    prompt: 'refund order 881',
    tools: {
      refund: tool({
        inputSchema: z.object({ amount: z.number() }),
        execute: ({ amount }) => ({ refunded: amount }),
      }),
    },
    stopWhen: stepCountIs(5),
    experimental_telemetry: { isEnabled: true, tracer: provider.getTracer('ai') },
  });
  await provider.shutdown();
  await receiver.close();
  const [posted] = receiver.posted;
  if (posted === undefined) throw new Error('nothing was posted');
  return readRecords(decodePosted(posted), aContext({ prices: PRICES }));
}

it("reads the Vercel AI SDK's telemetry: each call to a model once, although the span around them adds them up", async () => {
  const { records } = await runAgent();

  expect(records.map(({ kind }) => kind).toSorted()).toEqual(['inference', 'inference', 'other', 'tool']);
  const inferences = records.filter(({ kind }) => kind === 'inference');
  for (const { agentId, cost } of inferences) {
    expect(agentId).toBe('billing-agent');
    expect(cost).toMatchObject({
      source: 'price-table',
      model: 'mock-model-id',
      inputTokens: 1000,
      outputTokens: 200,
    });
    // 800 × 10 + 150 × 1 + 50 × 12.50 + 200 × 30, for a million each
    expect(cost?.usd).toBeCloseTo(0.014_775, 10);
  }
  expect(records.find(({ kind }) => kind === 'tool')).toMatchObject({
    tool: 'refund',
    outcome: 'ok',
    cost: null,
  });
});

it("reads the Vercel AI SDK's content: prompt, reasoning, tool call with arguments and result, answer", async () => {
  const { content } = await runAgent();

  const said = content.map(({ kind, text, toolCallId }) => [kind, text, toolCallId]);
  expect(said).toContainEqual(['system', 'You refund orders.', null]);
  expect(said).toContainEqual(['input', 'refund order 881', null]);
  expect(said).toContainEqual(['reasoning', 'The order is paid.', null]);
  expect(said).toContainEqual(['tool-arguments', '{"name":"refund","arguments":{"amount":41}}', 'call_1']);
  expect(said).toContainEqual(['tool-arguments', '{"amount":41}', 'call_1']);
  expect(said).toContainEqual(['tool-result', '{"refunded":41}', 'call_1']);
  expect(said).toContainEqual(['output', 'Refunded.', null]);
});
