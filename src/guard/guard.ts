/** What an agent's code sees of its guard. */
import type { Attempt, Halt } from '../core/halt-shapes.js';
import type { Clock } from './clock.js';
import type { MessageCarrier } from './child-port.js';
import type { GuardState } from './judge.js';
import type { ActiveSpan } from './attributes.js';
import type { Artifact, Reviewed } from './report.js';
import type { Persist } from './state-file.js';

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
  /**
   * A file of this process's own, in which it keeps what it knows: the next process refuses an older state, and
   * denies what was halted even while the control plane cannot be reached.
   */
  readonly stateFile?: string | undefined;
  /** The same, kept by yourself; goes before `stateFile`. */
  readonly persist?: Persist | undefined;
  /** How long an action may take to stop before it is reported as uncancellable; at most 5 s, the default. */
  readonly abortDeadlineMs?: number | undefined;
  /** Told whenever the state, the epoch or the orders change. */
  readonly onState?: ((view: GuardView) => void) | undefined;
  /** Told of what goes wrong between here and the control plane; the guard goes on trying by itself. */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
  /**
   * The span that is open now: `() => trace.getActiveSpan()` of OpenTelemetry. The action's id is then set on it, and the
   * check names it, so that what the agent thought can be found by the action's id.
   */
  readonly activeSpan?: (() => ActiveSpan | undefined) | undefined;
  /** False: checks and artifacts are not reported to the control plane's telemetry. They never delay an action. */
  readonly report?: boolean | undefined;
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
  /**
   * Exactly what it will be done with, as JSON. Where an order holds such attempts, `run` and `stream` wait with them until a
   * person releases or rejects it; without them it is denied at once.
   */
  readonly parameters?: unknown;
  /** Ends the waiting of a held attempt. What runs has the signal of its context. */
  readonly signal?: AbortSignal | undefined;
}

export interface ActionContext {
  /** Aborted when the action has to stop. Hand it to everything that can be cancelled. */
  readonly signal: AbortSignal;
  readonly actionId: string;
  /**
   * Of what was held and released: for a gateway on the way, in the header `X-Halt-Release`. It lets one request pass.
   */
  readonly release?: string | undefined;
}

export interface RunningAction {
  readonly attempt: Attempt;
  /** It has been told to stop and has not ended. */
  readonly stopping: boolean;
}

/** Where an agent's code acts. */
export interface Acting {
  /**
   * Runs `fn` if nothing stands against it, decided at this moment. Rejects with HaltedError where something
   * does, and where the action was told to stop and failed. A result that came in spite of that is returned,
   * and reported as completed after the halt.
   */
  run<T>(attempt: GuardedAttempt, fn: (context: ActionContext) => T | Promise<T>): Promise<T>;
  /**
   * The same for a result that comes in pieces: an async iterable or a ReadableStream. The action runs until the
   * last piece; a halt ends the reading at once, with HaltedError, whatever the source does.
   */
  stream<T>(
    attempt: GuardedAttempt,
    fn: (context: ActionContext) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
  ): AsyncGenerator<T, void>;
  /**
   * For a sub-agent in this process: it shares the state, and its actions are this point's. Orders for this agent
   * stop it, and orders for its own id do; the latter are proven here only by a guard that bears that id.
   */
  child(options?: { readonly agentId?: string | undefined }): Acting;
  /** Reports something that was written for people to see, as it goes out. Returns at once. */
  artifact(artifact: Artifact): void;
  /** Reports how a person looked at it; before `artifact`: what is out unreviewed is told of at once. Returns at once. */
  reviewed(review: Reviewed): void;
  readonly agentId: string;
}

export interface Guard extends Acting, GuardView {
  /** Resolves when the agent may act for the first time; rejects when the guard is closed before. */
  ready(): Promise<void>;
  /**
   * Lets a worker thread or child process act under this guard, by `guardFromParent()` in it. It holds a lease
   * only as long as this process renews it; what runs there counts as running here.
   */
  serveTo(carrier: MessageCarrier): void;
  /** Judged whenever it is read. */
  readonly state: GuardState;
  readonly inflight: readonly RunningAction[];
  readonly pointId: string;
  /** Denies everything from now on, stops what runs, and says goodbye once nothing does. */
  close(): Promise<void>;
}
