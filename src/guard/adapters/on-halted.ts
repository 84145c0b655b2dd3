/** How a refusal reaches the agent: as the end of its run, or as a sentence that it is told. */
import type { Acting, ActionContext, GuardedAttempt } from '../guard.js';
import { isHaltedError, type HaltedError } from '../halted-error.js';
import type { ToolTable } from './tool-table.js';

export interface AdapterOptions {
  /** What each tool is called in orders, and its action class. */
  readonly tools?: ToolTable | undefined;
  /**
   * `throw`, the default: a refusal ends the run. `tell`: where an order takes only some tools away, the model is
   * told so in a sentence, and goes on without them; what stops the whole agent still ends the run.
   */
  readonly onHalted?: 'throw' | 'tell' | undefined;
}

/** A guard, a child of one, or a `checkGuard`. */
export type AdapterGuard = Pick<Acting, 'run'> & Partial<Pick<Acting, 'stream'>>;

interface Call<T> {
  readonly guard: AdapterGuard;
  readonly attempt: GuardedAttempt;
  readonly onHalted: AdapterOptions['onHalted'];
  /** Makes the sentence into what the framework takes for the tool's answer. */
  readonly tell: (sentence: string) => T | Promise<T>;
}

/** `guard.run`, but for refusals that the agent is only told about. */
export async function runTelling<T>(call: Call<T>, fn: (context: ActionContext) => Promise<T>): Promise<T> {
  let began = false;
  try {
    return await call.guard.run(call.attempt, (context) => {
      began = true;
      return fn(context);
    });
  } catch (error) {
    const sentence = sentenceFor(call, error, began ? 'stopped' : 'refused');
    if (sentence === undefined) throw error;
    return call.tell(sentence);
  }
}

/** What to tell the model; undefined where the run has to end. */
export function sentenceFor(
  { attempt, onHalted }: Pick<Call<unknown>, 'attempt' | 'onHalted'>,
  error: unknown,
  became: keyof typeof BECAME,
): string | undefined {
  const halted = haltIn(error);
  if (onHalted !== 'tell' || halted === undefined || !leavesTheRest(halted)) return undefined;
  return `Halted by ${halted.haltId}: ${inShort(halted.reason)} ${attempt.tool} ${BECAME[became]}. Do not retry it; go on without it.`;
}

/** What became of the call. */
const BECAME = {
  refused: 'was not run',
  stopped: 'was stopped before it had finished',
  finished: 'ran to its end all the same, and what came of it is lost',
};

/** The refusal behind an error, however often a framework has wrapped it. */
export function haltIn(error: unknown): HaltedError | undefined {
  const seen = new Set<unknown>();
  const waiting = [error];
  for (const each of waiting) {
    if (isHaltedError(each)) return each;
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    waiting.push(...WRAPPERS.flatMap((name) => Reflect.get(each, name) ?? []));
  }
  return undefined;
}

/** `error`: a ToolCallError; `errors`: several at once; `result`, `output`, `outputInfo`: a guardrail's tripwire. */
const WRAPPERS = ['cause', 'error', 'errors', 'result', 'output', 'outputInfo'];

/** Does the agent keep something that it may do? An order of which nothing is known here may stop all of it. */
function leavesTheRest({ scope, mode }: HaltedError): boolean {
  return mode === 'degraded' || (scope !== null && scope.kind !== 'all' && scope.kind !== 'agent');
}

const LONGEST_REASON = 300;

/** The reason as one line that ends like a sentence. */
function inShort(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_REASON);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
