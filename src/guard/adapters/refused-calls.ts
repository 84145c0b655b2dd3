import type { HaltedError } from '../halted-error.js';

/** Which tool calls were refused, for the model's next turn to end over. */
export interface RefusedCalls {
  set(toolCallId: string, error: HaltedError): void;
  get(toolCallId: string): HaltedError | undefined;
}

const MOST = 1_000;
const known = new WeakMap<object, RefusedCalls>();

/** One memory per guard, so that its tools and its models know of each other. The oldest are forgotten. */
export function refusalsOf(guard: object): RefusedCalls {
  const refusals = known.get(guard) ?? createRefusedCalls();
  known.set(guard, refusals);
  return refusals;
}

function createRefusedCalls(): RefusedCalls {
  const refused = new Map<string, HaltedError>();
  return {
    set(toolCallId, error) {
      refused.set(toolCallId, error);
      const [oldest] = refused.keys();
      if (refused.size > MOST && oldest !== undefined) refused.delete(oldest);
    },
    get: (toolCallId) => refused.get(toolCallId),
  };
}
