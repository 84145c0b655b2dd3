/** Telemetry that is sent to and asked: what an agent did, and the trace of it. */
import { randomBytes } from 'node:crypto';
import { assembleTrace } from '../../src/core/assemble-trace.js';
import type { ActionTrace } from '../../src/core/trace.js';
import type { TakenTelemetry, Telemetry } from '../../src/telemetry/types.js';
import type { Logged } from './desk.js';
import { aSpan, START_MS, tracesOf, type SpanFields } from './otlp.js';
import { openTelemetry } from './telemetry.js';

export interface TelemetryDesk {
  readonly telemetry: Telemetry;
  readonly path: string;
  readonly logged: readonly Logged[];
  /** Spans as one request. */
  readonly sends: (spans: readonly SpanFields[], receivedAtMs?: number) => Promise<TakenTelemetry>;
  readonly reports: (reports: readonly object[]) => Promise<TakenTelemetry>;
  readonly trace: (actionId: string) => Promise<ActionTrace | undefined>;
  readonly close: () => Promise<void>;
}

export interface TelemetryDeskOptions {
  readonly path?: string;
  readonly contentKeys?: readonly string[];
}

export function aContentKey(): string {
  return randomBytes(32).toString('base64');
}

/** Closed when the test ends. The worker is the compiled one. */
export async function openTelemetryDesk(options: TelemetryDeskOptions = {}): Promise<TelemetryDesk> {
  const telemetry = await openTelemetry({
    contentKeys: options.contentKeys ?? [],
    ...(options.path !== undefined && { databasePath: options.path }),
  });
  const { path, logged } = telemetry;
  return {
    telemetry,
    path,
    logged,
    close: () => telemetry.close(),
    sends: (spans, receivedAtMs = START_MS + 5_000) =>
      telemetry.takeOtlp({
        signal: 'traces',
        format: 'json',
        isCompressed: false,
        body: bytesOf(tracesOf(spans.map(aSpan), { 'service.name': 'billing-agent' })),
        receivedAtMs,
        boundAgentId: null,
      }),
    reports: (reports) =>
      telemetry.takeActions({
        isCompressed: false,
        body: bytesOf(reports),
        receivedAtMs: START_MS + 5_000,
        boundAgentId: null,
      }),
    trace: async (actionId) => assembleTrace(actionId, (await telemetry.trace(actionId)).material),
  };
}

function bytesOf(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

export const ACTION = '0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b';

/** An agent is asked to refund an order: it thinks, refunds, and answers. */
export function aRefund(
  change: { readonly actionId?: string; readonly traceId?: string; readonly atMs?: number } = {},
): SpanFields[] {
  const { actionId = ACTION, traceId, atMs = START_MS } = change;
  const of = (span: SpanFields): SpanFields => ({ ...span, ...(traceId !== undefined && { traceId }) });
  const asked = [{ role: 'user', parts: [{ type: 'text', content: 'Refund order 881.' }] }];
  const thought = [
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'The order was paid twice.' },
        { type: 'tool_call', id: 'call_1', name: 'stripe.refund', arguments: { amount: 41 } },
      ],
    },
  ];
  const told = [
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: { refunded: 41 } }] },
  ];
  const said = [{ role: 'assistant', parts: [{ type: 'text', content: 'Refunded 41.' }] }];
  return [
    of({
      id: 2,
      parent: 1,
      startMs: atMs + 10,
      endMs: atMs + 200,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: 'You refund orders.' }]),
        'gen_ai.input.messages': JSON.stringify(asked),
        'gen_ai.output.messages': JSON.stringify(thought),
      },
    }),
    of({
      id: 3,
      parent: 1,
      startMs: atMs + 210,
      endMs: atMs + 400,
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'stripe.refund',
        'gen_ai.tool.call.id': 'call_1',
        'gen_ai.tool.call.arguments': '{"amount":41}',
        'gen_ai.tool.call.result': '{"refunded":41}',
        'agent.action.id': actionId,
      },
    }),
    of({
      id: 4,
      parent: 1,
      startMs: atMs + 410,
      endMs: atMs + 600,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.input.messages': JSON.stringify([...asked, ...thought, ...told]),
        'gen_ai.output.messages': JSON.stringify(said),
      },
    }),
    of({
      id: 1,
      startMs: atMs,
      endMs: atMs + 610,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'billing-agent',
        'gen_ai.conversation.id': 'conversation-7',
      },
    }),
  ];
}
