/** What an agent's code sees of its guard. */
import type { Attempt, Halt } from '../core/halt.js';
import type { Clock } from './clock.js';
import type { GuardState } from './judge.js';

export interface GuardOptions {
  /** Where Haltline listens, e.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  /** A token with the scope `guard`. */
  readonly token: string;
  readonly agentId: string;
  /** A name for this enforcement point; two processes must not share one. Made from host and process by default. */
  readonly pointId?: string | undefined;
  /** Unique to this run of the process. */
  readonly instance?: string | undefined;
  /** The control plane's public key (Ed25519, SPKI PEM). Without it, the first key it shows is trusted. */
  readonly publicKey?: string | undefined;
  /** How long an action may take to stop before it is reported as uncancellable; at most 5 s, the default. */
  readonly abortDeadlineMs?: number | undefined;
  /** Told whenever the state, the epoch or the orders change. */
  readonly onState?: ((view: GuardView) => void) | undefined;
  /** Told of what goes wrong between here and the control plane; the guard goes on trying by itself. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  /** The process's own clocks where left out. */
  readonly clock?: Clock | undefined;
}

export interface GuardView {
  readonly state: GuardState;
  readonly epoch: number;
  readonly halts: readonly Halt[];
}

/** What an agent is about to do. */
export interface GuardedAttempt {
  readonly tool: string;
  readonly actionClass: string;
  /** Unique; made by the guard where left out. */
  readonly actionId?: string;
  /** True only where it cannot change anything outside. */
  readonly readOnly?: boolean;
}

export interface ActionContext {
  /** Aborted when the action has to stop. Hand it to everything that can be cancelled. */
  readonly signal: AbortSignal;
  readonly actionId: string;
}

export interface RunningAction {
  readonly attempt: Attempt;
  /** It has been told to stop and has not ended. */
  readonly stopping: boolean;
}

export interface Guard extends GuardView {
  /** Resolves when the agent may act for the first time; rejects when the guard is closed before. */
  ready(): Promise<void>;
  /**
   * Runs `fn` if nothing stands against it, decided at this moment. Rejects with HaltedError where something
   * does, and where the action was told to stop and failed. A result that came in spite of that is returned,
   * and reported as completed after the halt.
   */
  run<T>(attempt: GuardedAttempt, fn: (context: ActionContext) => T | Promise<T>): Promise<T>;
  /** Judged whenever it is read. */
  readonly state: GuardState;
  readonly inflight: readonly RunningAction[];
  readonly pointId: string;
  /** Denies everything from now on, stops what runs, and says goodbye once nothing does. */
  close(): Promise<void>;
}
