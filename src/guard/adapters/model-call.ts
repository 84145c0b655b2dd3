/** A call of a model, as attempts that a guard is asked about. */
import type { GuardedAttempt } from '../guard.js';
import { MODEL_CLASS } from '../model-class.js';
import type { AdapterGuard } from './on-halted.js';
import { streamOf } from './stream-of.js';
import { attemptOf, type ToolTable } from './tool-table.js';

export interface Model {
  readonly modelId: string;
  /** Tools that run where the model runs: calling it is calling them. */
  readonly hosted: readonly { readonly name: string }[];
}

/** Thinking changes nothing outside, what the model's host runs may. */
export function modelAttempts(
  tools: ToolTable | undefined,
  { modelId, hosted }: Model,
): readonly GuardedAttempt[] {
  const call = { tool: modelId, actionClass: MODEL_CLASS, readOnly: true };
  return [call, ...hosted.map(({ name }) => attemptOf(tools, { name }))];
}

/** Runs `fn` if nothing stands against any of the attempts; its signal is aborted when one of them has to stop. */
export async function runAll<T>(
  guard: Pick<AdapterGuard, 'run'>,
  attempts: readonly GuardedAttempt[],
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const start = (
    signals: readonly AbortSignal[],
    [attempt, ...rest]: readonly GuardedAttempt[],
  ): Promise<T> =>
    attempt === undefined
      ? fn(AbortSignal.any([...signals]))
      : guard.run(attempt, ({ signal }) => start([...signals, signal], rest));
  return start([], attempts);
}

/** The same for an answer that comes in pieces. */
export function streamAll<T>(
  guard: AdapterGuard,
  attempts: readonly GuardedAttempt[],
  fn: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
): AsyncGenerator<T, void> {
  const stream = streamOf(guard);
  const start = (
    signals: readonly AbortSignal[],
    [attempt, ...rest]: readonly GuardedAttempt[],
  ): AsyncIterable<T> | Promise<AsyncIterable<T>> =>
    attempt === undefined
      ? fn(AbortSignal.any([...signals]))
      : stream(attempt, ({ signal }) => start([...signals, signal], rest));
  const [first, ...rest] = attempts;
  if (first === undefined) throw new Error('a model call is at least one attempt');
  return stream(first, ({ signal }) => start([signal], rest));
}
