/** OTLP requests as an exporter sends them now: what an agent spends and does, in JSON. */
import { randomBytes } from 'node:crypto';
import type { OtlpRequest } from '../../src/telemetry/types.js';
import { attributesOf } from './otlp.js';

type Attribute = string | number | boolean;

export interface TestSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

type Change = Partial<TestSpan> & { readonly agent?: string };

/** An inference that reports its cost. */
export function aChat({ usd = 0.01, ...change }: Change & { readonly usd?: number } = {}): TestSpan {
  return aSpanOf('chat example-model', change, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'example-model',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
    'gen_ai.usage.cost.amount': usd,
    'gen_ai.usage.cost.currency': 'USD',
  });
}

/** A tool call. */
export function aToolCall({
  tool = 'stripe.refund',
  ...change
}: Change & { readonly tool?: string } = {}): TestSpan {
  return aSpanOf(`execute_tool ${tool}`, change, {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
  });
}

function aSpanOf(
  name: string,
  { agent = 'billing-agent', attributes, ...change }: Change,
  usual: TestSpan['attributes'],
): TestSpan {
  const endMs = change.endMs ?? Date.now();
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name,
    startMs: endMs - 500,
    endMs,
    ...change,
    attributes: { ...usual, ...(agent !== '' && { 'gen_ai.agent.name': agent }), ...attributes },
  };
}

/** `ExportTraceServiceRequest` as JSON. */
export function traceBody(spans: readonly TestSpan[], service = 'test-service'): Uint8Array {
  const resource = { attributes: attributesOf({ 'service.name': service }) };
  const scopeSpans = [{ scope: { name: 'test' }, spans: spans.map(asJson) }];
  return new TextEncoder().encode(JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] }));
}

/** A whole request for `Telemetry.takeOtlp`. */
export function traceRequest(
  spans: readonly TestSpan[],
  { service, ...change }: Partial<OtlpRequest> & { readonly service?: string } = {},
): OtlpRequest {
  return {
    signal: 'traces',
    format: 'json',
    isCompressed: false,
    body: traceBody(spans, service),
    receivedAtMs: Date.now(),
    boundAgentId: null,
    ...change,
  };
}

function asJson({ startMs, endMs, attributes, ...span }: TestSpan): object {
  return {
    ...span,
    kind: 3,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${endMs}000000`,
    attributes: attributesOf(attributes),
    status: {},
  };
}
