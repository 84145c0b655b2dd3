/** Agents of the OpenAI Agents SDK on a model that says what it is told to, turn by turn. */
import {
  Agent,
  Runner,
  setTracingDisabled,
  tool,
  Usage,
  type Model,
  type ModelProvider,
  type ModelRequest,
  type ModelResponse,
  type StreamEvent,
} from '@openai/agents';
import { z } from 'zod';
import { actionIn, haltIn, type HandedAction } from '../../src/guard/adapters/openai-agents.js';

setTracingDisabled(true);

type Output = ModelResponse['output'];

export interface ScriptedModel extends Model {
  /** Every request that reached it. */
  readonly requests: readonly ModelRequest[];
}

export function aModel(...turns: Output[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  const left = [...turns];
  const answer = (request: ModelRequest): Output => {
    requests.push(request);
    return left.shift() ?? says('nothing more to say');
  };
  return {
    requests,
    getResponse: async (request) => ({ usage: new Usage(), output: answer(request) }),
    getStreamedResponse(): AsyncIterable<StreamEvent> {
      throw new Error('this model does not stream');
    },
  };
}

export function says(text: string): Output {
  return [
    { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] },
  ];
}

let calls = 0;

export function usesTools(...names: string[]): Output {
  return names.map((name) => ({
    type: 'function_call',
    callId: `call-${(calls += 1)}`,
    name,
    status: 'completed',
    arguments: '{"amount":1}',
  }));
}

export const parameters = z.object({ amount: z.number() });

type Work = (signal: AbortSignal | undefined, action?: HandedAction) => Promise<string>;

/** A tool whose execute does `work`. */
export function toolOf(name: string, work: Work) {
  return tool({
    name,
    description: name,
    parameters,
    execute: (_input, _context, details) => work(details?.signal, actionIn(details)),
  });
}

/** An agent with these tools on this model, and how its run ends: with its words, or with the refusal. */
export async function outcome(agent: Agent, provider: ModelProvider): Promise<unknown> {
  const runner = new Runner({ modelProvider: provider, tracingDisabled: true });
  return runner.run(agent, 'refund them').then(
    ({ finalOutput }) => finalOutput,
    (error: unknown) => haltIn(error) ?? error,
  );
}

export const giving = (model: Model): ModelProvider => ({ getModel: () => model });
export const anAgent = (tools: ReturnType<typeof toolOf>[]): Agent =>
  new Agent({ name: 'billing', model: 'scripted', tools });
