/**
 * The OpenAI Agents SDK (`@openai/agents` 0.20). A tool guardrail can only look on before a call, and the SDK has none for
 * handoffs, hosted tools, computers, shells, patches and `agent.asTool()`. So the guard sits where all of them pass: in
 * the `invoke` of function tools, and in the model, without which no turn begins.
 */
import type { ActionContext } from '../guard.js';
import { eitherSignal } from './either-signal.js';
import { handed } from './handed-action.js';
import { signalOf } from './members.js';
import { modelAttempts, runAll, streamAll } from './model-call.js';
import { runTelling, sentenceFor, type AdapterGuard, type AdapterOptions } from './on-halted.js';
import { overlay } from './overlay.js';
import { attemptOf } from './tool-table.js';

export { actionIn, type HandedAction } from './handed-action.js';
export { haltIn, type AdapterGuard, type AdapterOptions } from './on-halted.js';
export { guardMethods, type MethodOptions } from './openai-local-tools.js';
export type { ToolInfo, ToolTable } from './tool-table.js';

/** A function tool: of `tool()`, of an MCP server, or an agent as a tool. */
export interface InvokableTool {
  readonly name: string;
  readonly invoke: (context: never, input: string, details?: never) => Promise<unknown>;
}

/**
 * The same tool, asking the guard before it is invoked. Its `execute` is handed the signal in `details.signal`. A
 * refusal leaves the tool's own `errorFunction` aside and ends the run as a ToolCallError; see `haltIn`.
 */
export function guardTool<T extends InvokableTool>(
  guard: AdapterGuard,
  tool: T,
  options: AdapterOptions = {},
): T {
  const { name } = tool;
  const invoke = async (context: unknown, input: string, details?: object): Promise<unknown> => {
    const given = signalOf(details);
    const attempt = attemptOf(options.tools, { name, input: parsed(input), signal: given });
    const tell = (sentence: string): unknown => sentence;
    return runTelling({ guard, attempt, onHalted: options.onHalted, tell }, async (action) =>
      Reflect.apply(tool.invoke, tool, [context, input, withAction(details, action)]),
    );
  };
  return Object.assign({}, tool, { invoke });
}

/** `guardTool` for each tool that has an `invoke`; the others are the model's business, or their own. */
export function guardTools<T extends { readonly name: string }>(
  guard: AdapterGuard,
  tools: readonly T[],
  options: AdapterOptions = {},
): T[] {
  return tools.map((tool) => (isInvokable(tool) ? guardTool(guard, tool, options) : tool));
}

interface GuardrailData {
  readonly toolCall: { readonly name: string; readonly arguments: string };
}

interface GuardrailOutput {
  behavior: { type: 'allow' } | { type: 'rejectContent'; message: string } | { type: 'throwException' };
  outputInfo?: unknown;
}

/** What `defineToolInputGuardrail` makes. */
export interface HaltGuardrail {
  readonly type: 'tool_input';
  readonly name: string;
  run(data: GuardrailData): Promise<GuardrailOutput>;
}

/**
 * For tools that cannot be wrapped: looks before the call whether anything stands against it, and no further. What runs
 * already is not stopped, and a call that an order holds is asked for once here and not shown to the tool. Not
 * together with `guardTool`.
 */
export function haltGuardrail(guard: AdapterGuard, options: AdapterOptions = {}): HaltGuardrail {
  return {
    type: 'tool_input',
    name: 'haltline',
    async run({ toolCall }) {
      const attempt = attemptOf(options.tools, { name: toolCall.name, input: parsed(toolCall.arguments) });
      try {
        await guard.run(attempt, () => undefined);
        return { behavior: { type: 'allow' } };
      } catch (error) {
        const message = sentenceFor({ attempt, onHalted: options.onHalted }, error, 'refused');
        if (message !== undefined) return { behavior: { type: 'rejectContent', message } };
        return { behavior: { type: 'throwException' }, outputInfo: error };
      }
    },
  };
}

/** What of a model's request concerns a guard. */
interface ModelRequest {
  readonly tools: readonly { readonly type: string; readonly name: string }[];
  readonly signal?: AbortSignal;
}

/** A `Model` of the SDK. */
export interface GuardableModel {
  readonly getResponse: (request: never) => Promise<unknown>;
  readonly getStreamedResponse: (request: never) => AsyncIterable<unknown>;
}

export interface ModelOptions extends AdapterOptions {
  /** What orders call this model. */
  readonly name?: string | undefined;
}

/**
 * No turn begins under an order that stops the agent, whichever way it would have begun: a handoff, a retry, the answer of
 * a tool. An answer that is streaming is cut off. Hosted tools run inside the model call: an order for one of them
 * refuses the calls that offer it.
 */
export function guardModel<M extends GuardableModel>(
  guard: AdapterGuard,
  model: M,
  options: ModelOptions = {},
): M {
  const attempts = ({ tools }: ModelRequest) =>
    modelAttempts(options.tools, {
      modelId: options.name ?? 'model',
      hosted: tools.filter(({ type }) => type === 'hosted_tool'),
    });
  const within = (request: ModelRequest, signal: AbortSignal): [ModelRequest] => [
    { ...request, signal: eitherSignal(request.signal, signal) },
  ];
  return overlay(model, {
    getResponse: (request: ModelRequest): Promise<unknown> =>
      runAll(guard, attempts(request), async (signal) =>
        Reflect.apply(model.getResponse, model, within(request, signal)),
      ),
    getStreamedResponse: (request: ModelRequest): AsyncIterable<unknown> =>
      streamAll(guard, attempts(request), async (signal): Promise<AsyncIterable<unknown>> =>
        Reflect.apply(model.getStreamedResponse, model, within(request, signal)),
      ),
  });
}

/** A `ModelProvider` of the SDK. */
export interface GuardableProvider {
  getModel(name?: string): Promise<GuardableModel> | GuardableModel;
}

/** For `new Runner({ modelProvider })`: every model that it gives is guarded, those of later agents too. */
export function guardProvider<P extends GuardableProvider>(
  guard: AdapterGuard,
  provider: P,
  options: AdapterOptions = {},
): P {
  return overlay(provider, {
    getModel: async (name?: string): Promise<GuardableModel> =>
      guardModel(guard, await provider.getModel(name), { ...options, name }),
  });
}

function isInvokable(tool: object): tool is InvokableTool {
  return 'invoke' in tool && typeof tool.invoke === 'function' && 'name' in tool;
}

/** The SDK keeps things of its own in there that do not show: they go along. */
function withAction(details: object | undefined, action: ActionContext): object {
  const members = details === undefined ? {} : Object.getOwnPropertyDescriptors(details);
  const own = { signal: eitherSignal(signalOf(details), action.signal), ...handed(action) };
  return Object.defineProperties({}, { ...members, ...Object.getOwnPropertyDescriptors(own) });
}

/** Arguments are JSON, if the model has kept to it. */
function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
