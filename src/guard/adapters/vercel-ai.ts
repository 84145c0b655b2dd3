/**
 * The Vercel AI SDK (`ai` 6). Two places: the `execute` of every tool, and the model. The SDK hands what a tool throws
 * to the model as the tool's result; so a refusal that has to end the run is thrown once more, by the guarded
 * model, when the SDK comes back with that result.
 */
import type { ActionContext } from '../guard.js';
import type { HaltedError } from '../halted-error.js';
import { eitherSignal } from './either-signal.js';
import { handed } from './handed-action.js';
import { modelAttempts, runAll, streamAll } from './model-call.js';
import { haltIn, runTelling, sentenceFor, type AdapterGuard, type AdapterOptions } from './on-halted.js';
import { refusalsOf } from './refused-calls.js';
import { streamOf } from './stream-of.js';
import { attemptOf } from './tool-table.js';

export { actionIn, type HandedAction } from './handed-action.js';
export { haltIn, type AdapterGuard, type AdapterOptions } from './on-halted.js';
export type { ToolInfo, ToolTable } from './tool-table.js';

interface ExecuteOptions {
  readonly toolCallId: string;
  readonly abortSignal?: AbortSignal | undefined;
}

type Execute = (input: unknown, options: ExecuteOptions) => unknown;

/**
 * The same tools, each asking the guard before it runs. Tools without `execute` run elsewhere: what the provider
 * runs is guarded by `guardModel`, what a browser runs is not guarded.
 */
export function guardTools<TOOLS extends object>(
  guard: AdapterGuard,
  tools: TOOLS,
  options: AdapterOptions = {},
): TOOLS {
  const entries: [string, unknown][] = Object.entries(tools);
  const guarded = entries.flatMap(([name, tool]) =>
    isExecutable(tool) ? [[name, { ...tool, execute: guardExecute({ guard, name, options }, tool) }]] : [],
  );
  return Object.assign({}, tools, Object.fromEntries(guarded));
}

interface Guarding {
  readonly guard: AdapterGuard;
  readonly name: string;
  readonly options: AdapterOptions;
}

function guardExecute({ guard, name, options }: Guarding, tool: { execute: Execute }): Execute {
  const execute = (context: ActionContext, input: unknown, given: ExecuteOptions): unknown =>
    Reflect.apply(tool.execute, tool, [
      input,
      { ...given, ...handed(context), abortSignal: eitherSignal(given.abortSignal, context.signal) },
    ]);
  const told = (sentence: string): never => {
    throw new Error(sentence);
  };
  const remember = (toolCallId: string, error: unknown): unknown => {
    const halted = haltIn(error);
    if (halted !== undefined) refusalsOf(guard).set(toolCallId, halted);
    return error;
  };
  const whole = async (input: unknown, given: ExecuteOptions): Promise<unknown> => {
    const attempt = attemptOf(options.tools, { name, input, signal: given.abortSignal });
    const run = runTelling({ guard, attempt, onHalted: options.onHalted, tell: told }, async (context) =>
      lastOf(await execute(context, input, given)),
    );
    return run.catch((error: unknown) => {
      throw remember(given.toolCallId, error);
    });
  };
  if (!isGenerator(tool.execute)) return whole;
  return async function* (input, given): AsyncGenerator<unknown, void> {
    const attempt = attemptOf(options.tools, { name, input, signal: given.abortSignal });
    let began = false;
    try {
      yield* streamOf(guard)(attempt, (context) => {
        began = true;
        return piecesOf(execute(context, input, given));
      });
    } catch (error) {
      const call = { attempt, onHalted: options.onHalted };
      const sentence = sentenceFor(call, error, began ? 'stopped' : 'refused');
      throw sentence === undefined ? remember(given.toolCallId, error) : new Error(sentence);
    }
  };
}

/** What of a model's call concerns a guard. */
interface ModelCall {
  readonly prompt?: unknown;
  readonly tools?: readonly { readonly type: string; readonly name: string }[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

interface Generating<P, R> {
  readonly params: P;
  readonly model: { readonly modelId: string; doGenerate(params: P): PromiseLike<R> };
}

interface Streaming<P, R> {
  readonly params: P;
  readonly model: { readonly modelId: string; doStream(params: P): PromiseLike<R> };
}

/** For `wrapLanguageModel({ model, middleware })`. */
export interface HaltMiddleware {
  readonly specificationVersion: 'v3';
  wrapGenerate<P extends ModelCall, R>(call: Generating<P, R>): Promise<R>;
  wrapStream<P extends ModelCall, R extends { readonly stream: ReadableStream }>(
    call: Streaming<P, R>,
  ): Promise<R>;
}

/**
 * No model call begins under an order that stops the agent, and one that is being answered is cut off. Tools that the
 * provider runs are part of the model call: an order for one of them refuses the calls that offer it.
 */
export function guardModel(guard: AdapterGuard, options: AdapterOptions = {}): HaltMiddleware {
  const attempts = ({ tools = [] }: ModelCall, modelId: string) =>
    modelAttempts(options.tools, { modelId, hosted: tools.filter(({ type }) => type === 'provider') });
  return {
    specificationVersion: 'v3',
    async wrapGenerate({ params, model }) {
      endIfRefused(guard, params);
      return runAll(guard, attempts(params, model.modelId), async (signal) =>
        model.doGenerate({ ...params, abortSignal: eitherSignal(params.abortSignal, signal) }),
      );
    },
    async wrapStream({ params, model }) {
      endIfRefused(guard, params);
      const given = new AbortController();
      return openStream(given, (opened) =>
        streamAll(guard, attempts(params, model.modelId), async (signal) => {
          const abortSignal = eitherSignal(params.abortSignal, signal, given.signal);
          const result = await model.doStream({ ...params, abortSignal });
          opened(result);
          return result.stream;
        }),
      );
    },
  };
}

/** Resolves as soon as the provider answers; the guard's action goes on until the stream has ended. */
async function openStream<R extends { readonly stream: ReadableStream }>(
  given: AbortController,
  start: (opened: (result: R) => void) => AsyncGenerator<unknown, void>,
): Promise<R> {
  let resolveHead: (result: R) => void = () => undefined;
  const head = new Promise<R>((resolve) => (resolveHead = resolve));
  const pieces = start(resolveHead);
  let next: Promise<IteratorResult<unknown, void>> | undefined = pieces.next();
  const result = await Promise.race([head, next.then(() => head)]);
  const stream = new ReadableStream<unknown>({
    async pull(controller) {
      const piece = await (next ?? pieces.next());
      next = undefined;
      if (piece.done === true) controller.close();
      else controller.enqueue(piece.value);
    },
    async cancel(reason) {
      given.abort(reason);
      await pieces.return();
    },
  });
  return { ...result, stream };
}

/** The tool results that the SDK came back with: was one of them a refusal that has to end the run? */
function endIfRefused(guard: AdapterGuard, { prompt }: ModelCall): void {
  const last: unknown = Array.isArray(prompt) ? prompt.at(-1) : undefined;
  const refused = toolCallIds(last).map((id) => refusalsOf(guard).get(id));
  const error = refused.find((each): each is HaltedError => each !== undefined);
  if (error !== undefined) throw error;
}

function toolCallIds(message: unknown): string[] {
  if (typeof message !== 'object' || message === null || !('role' in message) || !('content' in message))
    return [];
  if (message.role !== 'tool' || !Array.isArray(message.content)) return [];
  return message.content.flatMap((part: unknown) =>
    typeof part === 'object' && part !== null && 'toolCallId' in part && typeof part.toolCallId === 'string'
      ? [part.toolCallId]
      : [],
  );
}

function isExecutable(tool: unknown): tool is { execute: Execute } {
  return typeof tool === 'object' && tool !== null && 'execute' in tool && typeof tool.execute === 'function';
}

/** The SDK asks for pieces without waiting for anything, so it has to be known beforehand. */
function isGenerator(execute: Execute): boolean {
  return Object.prototype.toString.call(execute) === '[object AsyncGeneratorFunction]';
}

function isPieces(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result;
}

function piecesOf(result: unknown): AsyncIterable<unknown> {
  if (isPieces(result)) return result;
  throw new TypeError('an async generator function gave something else than pieces');
}

/** A plain function that gives pieces: the last one is the result, and all of them are within the action. */
async function lastOf(result: unknown): Promise<unknown> {
  if (!isPieces(result)) return result;
  let last: unknown;
  for await (const piece of result) last = piece;
  return last;
}
