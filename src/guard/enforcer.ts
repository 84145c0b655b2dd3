/** The guard without the network: what is held, until when, what runs, and what may be said about it. */
import type { Attempt, Snapshot } from '../core/halt.js';
import type { Standing } from './acknowledger.js';
import type { Clock, Moment } from './clock.js';
import type { ActionContext, GuardView } from './guard.js';
import { HaltedError } from './halted-error.js';
import { createHeldState, type Acceptance } from './held-state.js';
import { createJudge, type Judge } from './judge.js';
import { createLease } from './lease.js';
import { createRunningActions, type RunningActions } from './running-actions.js';

export interface EnforcerOptions {
  readonly agentId: string;
  readonly clock: Clock;
  readonly abortDeadlineMs: number;
  /** What is allowed, or what runs, may have changed. */
  readonly onChange: () => void;
}

export interface Enforcer {
  accept(snapshot: Snapshot, signed: boolean): Acceptance;
  renew(sent: Moment, atMs: number, leaseMs: number): void;
  run<T>(attempt: Attempt, fn: (context: ActionContext) => T | Promise<T>): Promise<T>;
  view(): GuardView;
  /** What may be acknowledged now; undefined before the first signed state. */
  standing(): Standing | undefined;
  readonly actions: RunningActions;
  /** Denies everything for good, and waits for what runs as long as it may take to stop. */
  close(): Promise<void>;
}

/** How often a lease is looked at that nobody asks about, so that what runs is stopped when it is gone. */
const TICK_MS = 250;

export function createEnforcer({ agentId, clock, abortDeadlineMs, onChange }: EnforcerOptions): Enforcer {
  const held = createHeldState();
  const lease = createLease(clock);
  const judge = createJudge(held, lease);
  const actions = createRunningActions(abortDeadlineMs, onChange);
  let timer: NodeJS.Timeout | undefined;
  const enforce = (): void => {
    actions.stop((attempt) => judge.refusal(attempt));
    onChange();
  };
  const watchLease = (): void => {
    const remainingMs = lease.remainingMs();
    if (remainingMs <= 0) return enforce();
    timer = setTimeout(watchLease, Math.min(Math.ceil(remainingMs), TICK_MS));
  };
  return {
    actions,
    accept(snapshot, signed) {
      const acceptance = held.accept(snapshot, signed);
      enforce();
      return acceptance;
    },
    renew(sent, atMs, leaseMs) {
      lease.renew(sent, atMs, leaseMs);
      clearTimeout(timer);
      watchLease();
      onChange();
    },
    run: (attempt, fn) => run({ judge, actions }, attempt, fn),
    view: () => ({ state: judge.state(), epoch: held.newest()?.epoch ?? 0, halts: held.halts() }),
    standing() {
      const newest = held.newest();
      if (newest === undefined) return undefined;
      const [halts, { planeId, epoch }] = [held.halts(), newest];
      const quiet = actions.isQuiet(halts) ? 'quiesced' : 'enforced';
      const left = judge.state() === 'closed' && actions.list().length === 0;
      const level = judge.probe(agentId) ? quiet : 'received';
      return { planeId, epoch, level, inflight: actions.inflight(halts), left };
    },
    async close() {
      judge.close();
      clearTimeout(timer);
      enforce();
      await actions.ended(abortDeadlineMs);
      onChange();
    },
  };
}

interface Parts {
  readonly judge: Judge;
  readonly actions: RunningActions;
}

/** Nothing is awaited between the judgement and the call. */
async function run<T>(
  { judge, actions }: Parts,
  attempt: Attempt,
  fn: (context: ActionContext) => T | Promise<T>,
): Promise<T> {
  const refusal = judge.refusal(attempt);
  if (refusal !== undefined) throw refusal;
  const action = actions.start(attempt);
  const { signal } = action;
  let result: T;
  try {
    result = await fn({ signal, actionId: attempt.actionId });
  } catch (error) {
    actions.end(action, 'failed', judge.refusal(attempt) !== undefined);
    throw signal.reason instanceof HaltedError ? becauseOf(signal.reason, error) : error;
  }
  // A call that kept the event loop busy ends before anybody could tell it to stop.
  actions.end(action, 'completed', judge.refusal(attempt) !== undefined);
  return result;
}

function becauseOf(halted: HaltedError, error: unknown): HaltedError {
  return error === halted ? halted : new HaltedError(halted, { cause: error });
}
