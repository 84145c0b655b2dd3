/**
 * What runs under this guard, and what became of it after it was told to stop. An action that nobody could stop
 * is never listed as stopped: it is `uncancellable` until it ends, and then `completedAfter` or `aborted`.
 */
import type { Halt } from '../core/halt-shapes.js';
import { Action } from './action.js';
import { compiledRules, type Judged } from './compiled-rules.js';
import type { HaltedError } from './halted-error.js';
import { createWaiters } from './waiters.js';

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

interface Ended {
  readonly attempt: Judged;
  readonly end: 'aborted' | 'completedAfter';
}

export function createRunningActions(abortDeadlineMs: number, onChange: () => void): RunningActions {
  const running = new Set<Action>();
  const ended = new Map<string, Ended>();
  const waiters = createWaiters();
  return {
    start(attempt) {
      const action = new Action(attempt);
      running.add(action);
      return action;
    },
    stop(refuses) {
      for (const action of running) {
        const error = action.halted === undefined ? refuses(action.attempt) : undefined;
        if (error !== undefined) action.stop(error, abortDeadlineMs, onChange);
      }
    },
    end(action, how, tooLate) {
      const { attempt, halted } = action;
      action.ended();
      running.delete(action);
      if (running.size === 0) waiters.wake();
      // Of what no order concerns, nobody has to be told.
      if (halted === undefined && !tooLate) return;
      ended.set(attempt.actionId, { attempt, end: how === 'completed' ? 'completedAfter' : 'aborted' });
      onChange();
    },
    async ended(patienceMs) {
      if (running.size > 0) await waiters.wait(patienceMs);
    },
    list: () => [...running].map(({ attempt, halted }) => ({ attempt, stopping: halted !== undefined })),
    inflight(halts) {
      const concerned = concernedBy(halts);
      const ends = [...ended.values()].filter(concerned);
      return {
        aborted: idsOf(ends.filter(({ end }) => end === 'aborted')),
        uncancellable: idsOf([...running].filter(({ overdue }) => overdue).filter(concerned)),
        completedAfter: idsOf(ends.filter(({ end }) => end === 'completedAfter')),
      };
    },
    isQuiet: (halts) => ![...running].some(concernedBy(halts)),
    forget: (actionIds) => actionIds.forEach((actionId) => ended.delete(actionId)),
  };
}

interface Attempted {
  readonly attempt: Judged;
}

function concernedBy(halts: readonly Halt[]): (action: Attempted) => boolean {
  const rules = compiledRules(halts);
  return ({ attempt }) => rules.ruling(attempt).verdict !== 'allow';
}

function idsOf(actions: readonly Attempted[]): string[] {
  return actions.map(({ attempt }) => attempt.actionId);
}
