/** An agent at work behind a real guard, in this process: it remembers when it acted and when it was refused. */
import { createGuard, HaltedError, type Guard } from '../../src/guard/index.js';

export interface GuardedWorker {
  readonly guard: Guard;
  /** When its actions began, in epoch milliseconds. */
  readonly began: readonly number[];
  /** When an order was the reason for a refusal. */
  readonly halted: readonly number[];
  stop(): Promise<void>;
}

const EVERY_MS = 40;

export function startWorker(work: {
  readonly url: string;
  readonly token: string;
  readonly agentId: string;
  readonly tool: string;
  readonly actionClass: string;
}): GuardedWorker {
  const { url, token, agentId, tool, actionClass } = work;
  // It acts so often that the wires would rightly trip.
  const guard = createGuard({ url, token, agentId, report: false });
  const began: number[] = [];
  const halted: number[] = [];
  const act = (): void => {
    guard
      .run({ tool, actionClass }, () => void began.push(Date.now()))
      .catch((error: unknown) => {
        if (!(error instanceof HaltedError)) throw error;
        if (error.haltId !== null) halted.push(Date.now());
      });
  };
  const timer = setInterval(act, EVERY_MS);
  return {
    guard,
    began,
    halted,
    stop: async () => {
      clearInterval(timer);
      await guard.close();
    },
  };
}
