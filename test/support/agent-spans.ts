/** Spans of an agent at work, a line each, and what its trace tells of them. */
import type { ActionTrace } from '../../src/core/trace.js';
import { START_MS, type SpanFields } from './otlp.js';
import { aContentKey, aRefund, openTelemetryDesk, type TelemetryDesk } from './telemetry-desk.js';

export const OTHER_ACTION = '0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c';

/** With a key to keep what is said under. */
export const open = (): Promise<TelemetryDesk> => openTelemetryDesk({ contentKeys: [aContentKey()] });

type Fields = NonNullable<SpanFields['attributes']>;

/** A span that lasts from one moment to another, after START_MS. */
export function at(
  id: number,
  [from, to]: readonly [number, number],
  attributes: Fields,
  parent = 1,
): SpanFields {
  return { id, parent, startMs: START_MS + from, endMs: START_MS + to, attributes };
}

export function anAgent(name = 'billing-agent'): Fields {
  return { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name };
}

export function aTool(name: string, more: Fields = {}): Fields {
  return { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name, ...more };
}

export function aChat(input: readonly object[], ...output: object[]): Fields {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.input.messages': JSON.stringify(input),
    'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: output }]),
  };
}

export const text = (content: string) => ({ type: 'text', content });
export const user = (content: string) => ({ role: 'user', parts: [text(content)] });
export const call = (id: string, name: string) => ({ type: 'tool_call', id, name, arguments: {} });

export const told = (trace: ActionTrace | undefined) =>
  trace?.parts.map(({ part, text: said, relation }) => [part, said, relation]);
export const why = (trace: ActionTrace | undefined, what: string) =>
  trace?.unknown.filter((each) => each.what === what).map((each) => each.why);

/** `aRefund` by its spans. */
export function refund() {
  const [decides, refunds, answers, agent] = aRefund();
  if (decides === undefined || refunds === undefined || answers === undefined || agent === undefined)
    throw new Error('no refund');
  return { decides, refunds, answers, agent };
}
