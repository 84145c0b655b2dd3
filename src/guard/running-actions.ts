/**
 * What runs under this guard, and what became of it after it was told to stop. An action that nobody could stop
 * is never listed as stopped: it is `uncancellable` until it ends, and then `completedAfter` or `aborted`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Halt } from '../core/halt.js';
import { compiledRules, type Judged } from './compiled-rules.js';
import type { HaltedError } from './halted-error.js';

export interface Action {
  readonly attempt: Judged;
  readonly signal: AbortSignal;
}

/** Action ids, as the control plane wants to know them. */
export interface InFlight {
  readonly aborted: readonly string[];
  readonly uncancellable: readonly string[];
  readonly completedAfter: readonly string[];
}

export interface RunningActions {
  start(attempt: Judged): Action;
  /** Tells every running action that `refuses` names to stop, once. */
  stop(refuses: (attempt: Judged) => HaltedError | undefined): void;
  /** It ended by itself. `tooLate`: it was still running when it no longer might. */
  end(action: Action, how: 'completed' | 'failed', tooLate: boolean): void;
  list(): readonly { readonly attempt: Judged; readonly stopping: boolean }[];
  /** Concerning these orders only. */
  inflight(halts: readonly Halt[]): InFlight;
  /** Is anything running that these orders cover? */
  isQuiet(halts: readonly Halt[]): boolean;
  /** Resolves when nothing runs, or after `patienceMs` where it is given. */
  ended(patienceMs?: number): Promise<void>;
  /** Forgets the ends that have been reported. */
  forget(actionIds: readonly string[]): void;
}

interface Running extends Action {
  readonly controller: AbortController;
  overdue: boolean;
  timer: NodeJS.Timeout | undefined;
}

export function createRunningActions(abortDeadlineMs: number, onChange: () => void): RunningActions {
  const running = new Map<AbortSignal, Running>();
  const ended = new Map<string, { attempt: Judged; end: 'aborted' | 'completedAfter' }>();
  const waiting: (() => void)[] = [];
  const concerns = (halts: readonly Halt[]) => {
    const rules = compiledRules(halts);
    return ({ attempt }: { attempt: Judged }): boolean => rules.ruling(attempt).verdict !== 'allow';
  };
  const idsOf = (actions: readonly { attempt: Judged }[]): string[] =>
    actions.map(({ attempt }) => attempt.actionId);
  const endedAs = (end: string, halts: readonly Halt[]): string[] =>
    idsOf([...ended.values()].filter((each) => each.end === end).filter(concerns(halts)));

  function stopOne(action: Running, error: HaltedError): void {
    action.timer = setTimeout(() => {
      action.overdue = true;
      onChange();
    }, abortDeadlineMs);
    action.controller.abort(error);
  }

  return {
    start(attempt) {
      const controller = new AbortController();
      const action = { attempt, controller, signal: controller.signal, overdue: false, timer: undefined };
      running.set(controller.signal, action);
      return action;
    },
    stop(refuses) {
      for (const action of running.values()) {
        const error = action.signal.aborted ? undefined : refuses(action.attempt);
        if (error !== undefined) stopOne(action, error);
      }
    },
    end({ attempt, signal }, how, tooLate) {
      clearTimeout(running.get(signal)?.timer);
      running.delete(signal);
      if (running.size === 0) for (const resolve of waiting.splice(0)) resolve();
      // Of what no order concerns, nobody has to be told.
      if (!signal.aborted && !tooLate) return;
      ended.set(attempt.actionId, { attempt, end: how === 'completed' ? 'completedAfter' : 'aborted' });
      onChange();
    },
    async ended(patienceMs) {
      if (running.size === 0) return;
      const nothingRuns = new Promise<void>((resolve) => void waiting.push(resolve));
      if (patienceMs === undefined) return nothingRuns;
      const patience = new AbortController();
      await Promise.race([nothingRuns, sleep(patienceMs, undefined, { signal: patience.signal })]);
      patience.abort();
    },
    list: () => [...running.values()].map(({ attempt, signal }) => ({ attempt, stopping: signal.aborted })),
    inflight: (halts) => ({
      aborted: endedAs('aborted', halts),
      uncancellable: idsOf([...running.values()].filter(({ overdue }) => overdue).filter(concerns(halts))),
      completedAfter: endedAs('completedAfter', halts),
    }),
    isQuiet: (halts) => ![...running.values()].some(concerns(halts)),
    forget: (actionIds) => actionIds.forEach((actionId) => ended.delete(actionId)),
  };
}
