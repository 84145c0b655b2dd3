import { context, trace } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import { aContext } from '../../support/otlp.js';
import { decodePosted, startOtlpReceiver, type OtlpReceiver } from '../../support/otlp-receiver.js';

const resource = resourceFromAttributes({ 'service.name': 'billing-service' });
const PRICES = new Map([
  ['gpt-4o', { inputPerMillion: 2.5, outputPerMillion: 10, cacheReadPerMillion: 1.25 }],
]);
const ACTION_ID = '0199d3c4-8f00-7000-8000-000000000001';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

/** An agent's run: it asks a model, which thinks and asks for a refund, and the refund is made. */
function actOut(provider: NodeTracerProvider): void {
  const tracer = provider.getTracer('an-agent');
  const run = tracer.startSpan('invoke_agent billing', {
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': 'billing-agent' },
  });
  const within = trace.setSpan(context.active(), run);
  const chat = tracer.startSpan('chat gpt-4o', { kind: 2, startTime: [1_795_143_600, 250_000_000] }, within);
  chat.setAttributes({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.finish_reasons': ['tool_calls'],
    'gen_ai.usage.input_tokens': 1_000_000,
    'gen_ai.usage.cache_read.input_tokens': 400_000,
    'gen_ai.usage.output_tokens': 10_000,
    'gen_ai.input.messages': JSON.stringify([
      { role: 'user', parts: [{ type: 'text', content: 'Refund order 881. Übertrag: 東京' }] },
    ]),
    'gen_ai.output.messages': JSON.stringify([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'The order is paid.' },
          { type: 'tool_call', id: 'call_1', name: 'stripe.refund', arguments: { amount: 41 } },
        ],
        finish_reason: 'tool_call',
      },
    ]),
  });
  chat.end([1_795_143_601, 123_456_789]);
  const tool = tracer.startSpan('execute_tool stripe.refund', {}, within);
  tool.setAttributes({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'stripe.refund',
    'gen_ai.tool.call.id': 'call_1',
    'agent.action.id': ACTION_ID,
    'agent.action.class': 'external-api-call',
  });
  tool.recordException(new TypeError('card declined'));
  tool.setStatus({ code: 2 });
  tool.end();
  run.end();
}

async function exportWith(exporter: SpanExporter) {
  const provider = new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  actOut(provider);
  await provider.shutdown();
  const [posted] = receiver.posted;
  if (posted === undefined) throw new Error('the exporter posted nothing');
  return { posted, read: readRecords(decodePosted(posted), aContext({ prices: PRICES })) };
}

/** The enum of compressions is no export of the exporter. */
const GZIP: { readonly compression: never } = JSON.parse('{"compression":"gzip"}');

const EXPORTERS = [
  {
    name: 'protobuf',
    contentType: 'application/x-protobuf',
    encoding: 'identity',
    open: (url: string) => new ProtobufExporter({ url }),
  },
  {
    name: 'protobuf, compressed',
    contentType: 'application/x-protobuf',
    encoding: 'gzip',
    open: (url: string) => new ProtobufExporter({ url, ...GZIP }),
  },
  {
    name: 'JSON',
    contentType: 'application/json',
    encoding: 'identity',
    open: (url: string) => new JsonExporter({ url }),
  },
];

describe.each(EXPORTERS)('the exporter of OpenTelemetry ($name)', ({ contentType, encoding, open }) => {
  it('brings the whole run: agent, cost, action and outcome', async () => {
    const { posted, read } = await exportWith(open(`${receiver.url}/v1/traces`));

    expect(posted).toMatchObject({ contentType, encoding });
    const [chat, tool, run] = read.records;
    expect(read.records).toHaveLength(3);
    expect(chat).toMatchObject({
      kind: 'inference',
      agentId: 'billing-agent',
      startedAtMs: 1_795_143_600_250,
      atMs: 1_795_143_601_123,
      cost: { source: 'price-table', model: 'gpt-4o', inputTokens: 1_000_000, outputTokens: 10_000 },
      outcome: 'ok',
    });
    // 600,000 × 2.50 + 400,000 × 1.25 + 10,000 × 10, for a million each
    expect(chat?.cost?.usd).toBeCloseTo(2.1, 10);
    expect(tool).toMatchObject({
      kind: 'tool',
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      endpoint: 'stripe.refund',
      actionId: ACTION_ID,
      actionClass: 'external-api-call',
      cost: null,
      outcome: 'error',
    });
    expect(run).toMatchObject({ kind: 'other', agentId: 'billing-agent', cost: null });
    expect(tool?.parentSpanId).toBe(run?.spanId);
  });

  it('brings what was said, in order, reasoning and tool calls apart', async () => {
    const { read } = await exportWith(open(`${receiver.url}/v1/traces`));

    expect(read.content.map(({ kind, text, toolCallId }) => [kind, text, toolCallId])).toEqual([
      ['input', 'Refund order 881. Übertrag: 東京', null],
      ['reasoning', 'The order is paid.', null],
      ['tool-arguments', '{"name":"stripe.refund","arguments":{"amount":41}}', 'call_1'],
      ['event', 'TypeError: card declined', null],
    ]);
  });
});

describe('the log exporter of OpenTelemetry', () => {
  it('brings content events with structured bodies, and artifacts with their reviews', async () => {
    const exporter = new OTLPLogExporter({ url: `${receiver.url}/v1/logs` });
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const spanContext = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      traceFlags: 1,
    };
    const inSpan = trace.setSpanContext(context.active(), spanContext);

    provider.getLogger('events').emit({
      eventName: 'gen_ai.choice',
      context: inSpan,
      timestamp: [1_795_143_600, 5_000_000],
      body: { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Refunded.' } },
    });
    provider.getLogger('events').emit({
      eventName: 'agent.artifact',
      context: inSpan,
      timestamp: [1_795_143_601, 0],
      attributes: {
        'gen_ai.agent.id': 'billing-agent',
        'gen_ai.tool.name': 'email.send',
        'agent.artifact.visibility': 'customer',
        'agent.artifact.digest': 'sha256:2',
        'agent.artifact.words': 120,
        'agent.review.presented_at': '2026-11-20T03:00:00.500Z',
        'agent.review.decided_at': 1_795_143_600_900,
        'agent.review.reviewer': 'U1',
        'agent.review.digest': 'sha256:1',
      },
    });
    await provider.shutdown();

    const reads = receiver.posted.map((posted) => readRecords(decodePosted(posted), aContext()));
    expect(reads.flatMap(({ content }) => content)).toEqual([
      {
        traceId: spanContext.traceId,
        spanId: spanContext.spanId,
        kind: 'output',
        text: 'Refunded.',
        atMs: 1_795_143_600_005,
        toolCallId: null,
      },
    ]);
    expect(reads.flatMap(({ records }) => records)).toMatchObject([
      {
        origin: 'event',
        kind: 'artifact',
        agentId: 'billing-agent',
        tool: 'email.send',
        customerVisible: true,
        atMs: 1_795_143_601_000,
        review: {
          required: true,
          presentedAtMs: 1_795_143_600_500,
          decidedAtMs: 1_795_143_600_900,
          reviewer: 'U1',
          approvedDigest: 'sha256:1',
          executedDigest: 'sha256:2',
          words: 120,
        },
      },
    ]);
  });
});
