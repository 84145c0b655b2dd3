/** A language model of the Vercel AI SDK that says what it is told to, step by step. */
import { generateText, stepCountIs, wrapLanguageModel, type LanguageModelMiddleware, type ToolSet } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { guardModel, type AdapterGuard } from '../../src/guard/adapters/vercel-ai.js';
import { TOOLS } from './framework-agent.js';

type Step = Awaited<ReturnType<MockLanguageModelV3['doGenerate']>>;

const NONE = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
const USAGE = {
  inputTokens: NONE,
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

export function aModel(...steps: Step[]): MockLanguageModelV3 {
  return new MockLanguageModelV3({ doGenerate: steps });
}

export function says(text: string): Step {
  return {
    content: [{ type: 'text', text }],
    finishReason: { unified: 'stop', raw: undefined },
    usage: USAGE,
    warnings: [],
  };
}

let calls = 0;

export function usesTools(...names: string[]): Step {
  return {
    content: names.map((toolName) => ({
      type: 'tool-call',
      toolCallId: `call-${(calls += 1)}`,
      toolName,
      input: '{"amount":1}',
    })),
    finishReason: { unified: 'tool-calls', raw: undefined },
    usage: USAGE,
    warnings: [],
  };
}

/** An agent with these tools on this model, guarded. */
export function run(guard: AdapterGuard, model: MockLanguageModelV3, tools: ToolSet) {
  const middleware = guardModel(guard, { tools: TOOLS }) satisfies LanguageModelMiddleware;
  return generateText({
    model: wrapLanguageModel({ model, middleware }),
    tools,
    prompt: 'refund them',
    stopWhen: stepCountIs(5),
  });
}
