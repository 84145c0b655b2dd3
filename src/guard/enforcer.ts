/** The guard without the network: what is held, until when, what runs, and what may be said about it. */
import type { Snapshot } from '../core/halt.js';
import type { Standing } from './acknowledger.js';
import type { Clock, Moment } from './clock.js';
import type { Judged } from './compiled-rules.js';
import type { ActionContext, GuardView } from './guard.js';
import { guardedStream } from './guarded-stream.js';
import { HaltedError } from './halted-error.js';
import { createHeldState, type Acceptance, type HeldState } from './held-state.js';
import { createJudge, type Judge } from './judge.js';
import { createLease } from './lease.js';
import { together, type Reached } from './level.js';
import type { Hold } from './quarantine.js';
import { createWhole, type Whole } from './parts.js';
import { createRunningActions, type RunningActions } from './running-actions.js';

export interface EnforcerOptions {
  readonly agentId: string;
  readonly clock: Clock;
  readonly abortDeadlineMs: number;
  /** What is allowed, or what runs, may have changed. */
  readonly onChange: () => void;
  /** What becomes of an attempt that an order holds; without it, it is denied. */
  readonly hold?: Hold | undefined;
}

export interface Enforcer extends Omit<Whole, 'reached'> {
  accept(snapshot: Snapshot, signed: boolean): Acceptance;
  /** Looks again at what is held, where it was changed from outside. */
  enforce(): void;
  renew(sent: Moment, atMs: number, leaseMs: number): void;
  /** What stands against it at this moment. */
  refusal(attempt: Judged): HaltedError | undefined;
  /** Milliseconds left of the lease; zero or less when it is gone or this guard is closed. */
  leaseMs(): number;
  run<T>(attempt: Judged, fn: (context: ActionContext) => T | Promise<T>): Promise<T>;
  stream<T>(
    attempt: Judged,
    fn: (context: ActionContext) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
  ): AsyncGenerator<T, void>;
  view(): GuardView;
  /** What may be acknowledged now; undefined before this process has heard a signed state. */
  standing(): Standing | undefined;
  /** From now on the self-probe asks for this agent too. */
  answerFor(agentId: string): void;
  readonly held: HeldState;
  readonly actions: RunningActions;
  /** Denies everything for good, and waits for what runs as long as it may take to stop. */
  close(): Promise<void>;
}

/** How often a lease is looked at that nobody asks about, so that what runs is stopped when it is gone. */
const TICK_MS = 250;

export function createEnforcer(options: EnforcerOptions): Enforcer {
  const { agentId, clock, abortDeadlineMs, onChange, hold } = options;
  const held = createHeldState();
  const lease = createLease(clock);
  const judge = createJudge(held, lease);
  const actions = createRunningActions(abortDeadlineMs, onChange);
  const agents = new Set([agentId]);
  const whole = createWhole(actions);
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
  const ownReach = (): Reached => {
    const halts = held.halts();
    const quiet = actions.isQuiet(halts) ? 'quiesced' : 'enforced';
    return { level: judge.probe([...agents]) ? quiet : 'received', inflight: actions.inflight(halts) };
  };
  return {
    ...whole,
    held,
    actions,
    enforce,
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
    leaseMs: () => (judge.state() === 'live' ? lease.remainingMs() : 0),
    refusal: (attempt) => judge.refusal(attempt),
    run: (attempt, fn) => run({ judge, actions, hold }, attempt, fn),
    stream: (attempt, fn) => guardedStream({ judge, actions }, attempt, fn),
    view: () => ({ state: judge.state(), epoch: held.newest()?.epoch ?? 0, halts: held.halts() }),
    standing() {
      const newest = held.newest();
      if (newest === undefined || !held.hasHeard()) return undefined;
      const { planeId, epoch } = newest;
      const { level, inflight } = together([ownReach(), ...whole.reached()]);
      return { planeId, epoch, level, inflight, left: judge.state() === 'closed' && !whole.isBusy() };
    },
    answerFor: (another) => void agents.add(another),
    async close() {
      judge.close();
      clearTimeout(timer);
      enforce();
      await actions.ended(abortDeadlineMs);
      onChange();
    },
  };
}

/** Where attempts are judged, and what runs is kept. */
export interface Enforcing {
  readonly judge: Pick<Judge, 'refusal'>;
  readonly actions: RunningActions;
}

/** Nothing is awaited between the judgement and the call. */
async function run<T>(
  { hold, ...enforcing }: Enforcing & { readonly hold: Hold | undefined },
  attempt: Judged,
  fn: (context: ActionContext) => T | Promise<T>,
): Promise<T> {
  const { judge, actions } = enforcing;
  const refusal = judge.refusal(attempt);
  // What has waited is judged again, from the beginning.
  if (refusal?.refusal === 'hold' && hold !== undefined)
    return run({ hold, ...enforcing }, await hold(attempt, refusal), fn);
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
