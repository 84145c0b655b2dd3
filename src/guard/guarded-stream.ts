import type { Action } from './action.js';
import type { Judged } from './compiled-rules.js';
import type { ActionContext } from './guard.js';
import { contextOf, releasedOnly, type Enforcing } from './guarded-run.js';

type Opened<T> = AsyncIterable<T> | Promise<AsyncIterable<T>>;

/**
 * A result that comes in pieces, as one action: it runs until the last piece is taken, the reader stops, or a halt
 * stops it. Then the reader is told at once; the source counts as running until it has really let go. Where an order
 * holds it, it waits before the first piece, as a whole.
 */
export async function* guardedStream<T>(
  enforcing: Enforcing,
  asked: Judged,
  fn: (context: ActionContext) => Opened<T>,
): AsyncGenerator<T, void> {
  const { judge, actions, reporting } = enforcing;
  let attempt = asked;
  while (!judge.allows(attempt)) attempt = await releasedOnly(enforcing, attempt);
  reporting?.checked(attempt, 'allow');
  const action = actions.start(attempt);
  const source = openSource(action, fn);
  const finish = finisher(source, (how) => actions.end(action, how, !judge.allows(attempt)));
  const halted = rejection(action.signal, () => void finish('failed'));
  let how: 'completed' | 'failed' = 'failed';
  try {
    const pieces = await Promise.race([halted, source]);
    for (;;) {
      const piece = await Promise.race([halted, pieces.next()]);
      if (piece.done === true) break;
      const late = judge.refusal(attempt);
      if (late !== undefined) throw late;
      // A reader that stops here ends the action as well as the last piece does.
      how = 'completed';
      yield piece.value;
      how = 'failed';
    }
    how = 'completed';
  } finally {
    const finished = finish(how);
    if (action.halted === undefined) await finished;
  }
}

async function openSource<T>(
  action: Action,
  fn: (context: ActionContext) => Opened<T>,
): Promise<AsyncIterator<T>> {
  const pieces = await fn(contextOf(action));
  return pieces[Symbol.asyncIterator]();
}

/** Lets go of the source, whatever it is doing, and says how it ended; once. */
function finisher(
  source: Promise<AsyncIterator<unknown>>,
  end: (how: 'completed' | 'failed') => void,
): (how: 'completed' | 'failed') => Promise<void> {
  let finished: Promise<void> | undefined;
  const letGo = async (how: 'completed' | 'failed'): Promise<void> => {
    try {
      await (await source).return?.();
    } catch {
      // It failed on its way out; it is out.
    }
    end(how);
  };
  return (how) => (finished ??= letGo(how));
}

function rejection(signal: AbortSignal, onAbort: () => void): Promise<never> {
  const halted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => {
      onAbort();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  halted.catch(() => undefined);
  return halted;
}
