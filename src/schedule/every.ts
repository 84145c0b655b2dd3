import type { Log } from '../operations/deps.js';

/** Something that happens again and again until it is stopped. */
export interface Repeating {
  /** No further turn begins; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

/** Runs a chore on a plain timer. A turn that is still running makes the next one be skipped; errors end nothing. */
export function every({ name, everyMs, run }: Chore, log: Log): Repeating {
  let running: Promise<void> | undefined;
  const turn = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.error({ err: error, job: name }, 'a scheduled job failed; it goes on with its next turn');
    } finally {
      running = undefined;
    }
  };
  const timer = setInterval(() => {
    running ??= turn();
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
