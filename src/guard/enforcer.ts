/** The guard without the network: what is held, until when, what runs, and what may be said about it. */
import type { Snapshot } from '../core/halt-shapes.js';
import type { Standing } from './acknowledger.js';
import type { Clock, Moment } from './clock.js';
import type { Judged } from './compiled-rules.js';
import type { ActionContext, GuardView } from './guard.js';
import { guardedRun, releasedOnly } from './guarded-run.js';
import { guardedStream } from './guarded-stream.js';
import type { HaltedError } from './halted-error.js';
import { createHeldState, type Acceptance, type HeldState } from './held-state.js';
import type { Hold, Holdable } from './hold.js';
import { createJudge, type Judge } from './judge.js';
import { createLeaseWatch } from './lease-watch.js';
import { createLease } from './lease.js';
import { together, type Reached } from './level.js';
import { createWhole, type Whole } from './parts.js';
import type { Reporting } from './reporter.js';
import { createRunningActions, type RunningActions } from './running-actions.js';

export interface EnforcerOptions {
  readonly agentId: string;
  readonly clock: Clock;
  readonly abortDeadlineMs: number;
  /** What is allowed, or what runs, may have changed. */
  readonly onChange: () => void;
  /** What becomes of an attempt that an order holds; without it, it is denied. */
  readonly hold?: Hold | undefined;
  /** Hears of every attempt what was said to it. */
  readonly reporting?: Reporting | undefined;
}

export interface Enforcer extends Omit<Whole, 'reached'> {
  accept(snapshot: Snapshot, signed: boolean): Acceptance;
  /** Looks again at what is held, where it was changed from outside. */
  enforce(): void;
  renew(sent: Moment, atMs: number, leaseMs: number): void;
  /** What stands against it at this moment. */
  refusal(attempt: Judged): HaltedError | undefined;
  /** Waits with an attempt that an order holds, and resolves with what is to be judged anew; rejects with a refusal. */
  release(attempt: Holdable): Promise<Judged>;
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
  readonly reporting: Reporting | undefined;
  /** Denies everything for good, and waits for what runs as long as it may take to stop. */
  close(): Promise<void>;
}

export function createEnforcer(options: EnforcerOptions): Enforcer {
  const { agentId, clock, abortDeadlineMs, onChange, hold, reporting } = options;
  const held = createHeldState();
  const lease = createLease(clock);
  const judge = createJudge(held, lease);
  const actions = createRunningActions(abortDeadlineMs, onChange);
  const whole = createWhole(actions);
  const agents = new Set([agentId]);
  const enforce = (): void => {
    actions.stop((attempt) => judge.refusal(attempt));
    onChange();
  };
  const watch = createLeaseWatch(lease, enforce);
  return {
    ...whole,
    held,
    actions,
    reporting,
    enforce,
    accept(snapshot, signed) {
      const acceptance = held.accept(snapshot, signed);
      enforce();
      return acceptance;
    },
    renew(sent, atMs, leaseMs) {
      lease.renew(sent, atMs, leaseMs);
      watch.renewed();
      onChange();
    },
    leaseMs: () => (judge.state() === 'live' ? lease.remainingMs() : 0),
    refusal: (attempt) => judge.refusal(attempt),
    // Whoever made the attempt has reported it.
    release: (attempt) => releasedOnly({ judge, hold, reporting: undefined }, attempt),
    run: (attempt, fn) => guardedRun({ judge, actions, hold, reporting }, attempt, fn),
    stream: (attempt, fn) => guardedStream({ judge, actions, hold, reporting }, attempt, fn),
    view: () => ({ state: judge.state(), epoch: held.newest()?.epoch ?? 0, halts: held.halts() }),
    standing: () => standingOf({ held, judge, actions, whole }, agents),
    answerFor: (another) => void agents.add(another),
    async close() {
      judge.close();
      watch.stop();
      enforce();
      await actions.ended(abortDeadlineMs);
      onChange();
    },
  };
}

interface Standpoint {
  readonly held: HeldState;
  readonly judge: Judge;
  readonly actions: RunningActions;
  readonly whole: Whole;
}

function standingOf(point: Standpoint, agents: ReadonlySet<string>): Standing | undefined {
  const { held, judge, whole } = point;
  const newest = held.newest();
  if (newest === undefined || !held.hasHeard()) return undefined;
  const { planeId, epoch } = newest;
  const { level, inflight } = together([ownReach(point, agents), ...whole.reached()]);
  return { planeId, epoch, level, inflight, left: judge.state() === 'closed' && !whole.isBusy() };
}

/** How far this process itself has come: "enforced" is said only after a try. */
function ownReach({ held, judge, actions }: Standpoint, agents: ReadonlySet<string>): Reached {
  const halts = held.halts();
  const quiet = actions.isQuiet(halts) ? 'quiesced' : 'enforced';
  return { level: judge.probe([...agents]) ? quiet : 'received', inflight: actions.inflight(halts) };
}
