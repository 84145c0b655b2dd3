/**
 * LangChain.js 1.x agents: middleware around every tool call and every model call. Callbacks only look on, and the
 * framework turns what a tool throws into a message that asks the model to mend its ways; what middleware throws ends
 * the run.
 */
import type { ActionContext } from '../guard.js';
import { eitherSignal } from './either-signal.js';
import { handed } from './handed-action.js';
import { isObject, memberOf, signalOf, textIn } from './members.js';
import { modelAttempts, runAll } from './model-call.js';
import { runTelling, sentenceFor, type AdapterGuard, type AdapterOptions } from './on-halted.js';
import { overlay } from './overlay.js';
import { attemptOf } from './tool-table.js';
import { watchedSignal } from './watched-signal.js';

export { actionIn, type HandedAction } from './handed-action.js';
export { haltIn, type AdapterGuard, type AdapterOptions } from './on-halted.js';
export type { ToolInfo, ToolTable } from './tool-table.js';

interface ToolRequest {
  readonly toolCall: { readonly name: string; readonly args: unknown };
  readonly tool?: unknown;
  readonly runtime: unknown;
}

interface ModelRequest {
  readonly model: unknown;
  readonly tools: readonly unknown[];
  readonly runtime: unknown;
}

type Handler<Q, R> = (request: Q) => R | Promise<R>;

/** What `createMiddleware` takes. */
export interface HaltMiddleware {
  readonly name: string;
  wrapToolCall<Q extends ToolRequest, R>(request: Q, handler: Handler<Q, R>): Promise<R>;
  wrapModelCall<Q extends ModelRequest, R>(request: Q, handler: Handler<Q, R>): Promise<R>;
}

/**
 * For `createMiddleware`. Put it last, next to the tools: what other middleware does on the way there (a retry, another
 * tool in a tool's place) is then judged too.
 */
export function haltMiddleware(guard: AdapterGuard, options: AdapterOptions = {}): HaltMiddleware {
  return {
    name: 'haltline',
    async wrapToolCall<Q extends ToolRequest, R>(request: Q, handler: Handler<Q, R>): Promise<R> {
      const { name, args } = request.toolCall;
      const attempt = attemptOf(options.tools, { name, input: args, signal: signalOf(request.runtime) });
      // The framework makes its own message of what a tool answers: here the tool answers with the sentence.
      const tell = (sentence: string) => handler({ ...request, tool: answering(name, sentence) });
      const call = { guard, attempt, onHalted: options.onHalted };
      const called = await runTelling<Called<R>>(
        { ...call, tell: async (sentence) => ({ result: await tell(sentence) }) },
        (context) => callTool(request, context, handler),
      );
      if ('result' in called) return called.result;
      const sentence = sentenceFor(call, called.lost, 'finished');
      if (sentence === undefined) throw called.lost;
      return tell(sentence);
    },
    wrapModelCall: async (request, handler) =>
      runAll(guard, modelAttempts(options.tools, aboutModel(request)), async (signal) =>
        handler({
          ...request,
          model: calledWith(request.model, { signal: eitherSignal(signalOf(request.runtime), signal) }),
        }),
      ),
  };
}

/** Tools that the provider runs are given as plain objects, `{ type: 'web_search' }` say, and have no `invoke`. */
function aboutModel({ model, tools }: ModelRequest) {
  const hosted = tools.filter((tool) => isObject(tool) && !('invoke' in tool) && !('func' in tool));
  return {
    modelId: textIn(model, 'model') ?? textIn(model, 'modelName') ?? 'model',
    hosted: hosted.map((tool) => ({ name: textIn(tool, 'name') ?? textIn(tool, 'type') ?? 'hosted-tool' })),
  };
}

/** `lost`: the tool completed after LangChain had given up on it, for this reason. */
type Called<R> = { readonly result: R } | { readonly lost: unknown };

/**
 * A call is over when the framework's promise is, and what that has left behind. A runnable made into a tool gives no
 * sign of its end once it is told to stop: so it is not told, and counts as running until it has ended.
 */
async function callTool<Q extends ToolRequest, R>(
  request: Q,
  context: ActionContext,
  handler: Handler<Q, R>,
): Promise<Called<R>> {
  const configurable = handed(context);
  if (isObject(request.tool) && 'bound' in request.tool)
    return { result: await handler({ ...request, tool: calledWith(request.tool, { configurable }) }) };
  const { signal: halt } = context;
  const watched = watchedSignal(eitherSignal(signalOf(request.runtime), halt));
  const { signal } = watched;
  try {
    return {
      result: await handler({ ...request, tool: calledWith(request.tool, { signal, configurable }) }),
    };
  } catch (error) {
    if ((await watched.leftBehind()) === 'completed') return { lost: error };
    throw error;
  }
}

const CALLS = ['invoke', 'stream'];
const DERIVING = ['bindTools', 'bind', 'withConfig', 'withRetry', 'withStructuredOutput'];

/** Of a config. */
interface Added {
  readonly signal?: AbortSignal;
  readonly configurable?: object;
}

/**
 * The same tool or model, with this in the config that it is called with: the framework gives middleware no other way to
 * hand something on. What is derived from a model keeps it.
 */
function calledWith(runnable: unknown, added: Added): unknown {
  if (!isObject(runnable)) return runnable;
  const method = (name: string): unknown => Reflect.get(runnable, name);
  const called = CALLS.filter((name) => isCallable(method(name))).map((name) => [
    name,
    (input: unknown, config?: object): unknown => call(runnable, name, [input, withAdded(config, added)]),
  ]);
  const derived = DERIVING.filter((name) => isCallable(method(name))).map((name) => [
    name,
    (...given: unknown[]): unknown => calledWith(call(runnable, name, given), added),
  ]);
  return overlay(runnable, Object.fromEntries([...called, ...derived]));
}

function withAdded(config: object | undefined, { configurable, ...added }: Added): object {
  if (configurable === undefined) return { ...config, ...added };
  const before = memberOf(config, 'configurable');
  return { ...config, ...added, configurable: { ...(isObject(before) && before), ...configurable } };
}

function answering(name: string, sentence: string): { name: string; invoke: () => Promise<string> } {
  return { name, invoke: () => Promise.resolve(sentence) };
}

function call(target: object, name: string, given: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(target, name);
  return isCallable(method) ? Reflect.apply(method, target, given) : undefined;
}

function isCallable(value: unknown): value is (...given: unknown[]) => unknown {
  return typeof value === 'function';
}
