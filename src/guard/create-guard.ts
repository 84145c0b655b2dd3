import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createAcknowledger, type Acknowledger } from './acknowledger.js';
import { systemClock } from './clock.js';
import { createEnforcer, type Enforcer } from './enforcer.js';
import { followPlane, type Follower } from './follow-plane.js';
import type { Guard, GuardedAttempt, GuardOptions, GuardView } from './guard.js';
import { createHttpClient } from './http-client.js';
import { mintActionId } from './mint-action-id.js';
import { createPinnedKey, type PinnedKey } from './pinned-key.js';

const LONGEST_DEADLINE_MS = 5_000;
const GOODBYE_MS = 2_000;

/** An enforcement point in this process. Denies everything until it has heard from the control plane. */
export function createGuard(options: GuardOptions): Guard {
  const { agentId, clock = systemClock, instance = randomUUID() } = options;
  const pointId = options.pointId ?? `${agentId}@${hostname()}-${process.pid}-${instance.slice(0, 4)}`;
  const abortDeadlineMs = Math.min(options.abortDeadlineMs ?? LONGEST_DEADLINE_MS, LONGEST_DEADLINE_MS);
  const client = createHttpClient(options.url, options.token);
  const pinned = createPinnedKey(client, options.publicKey);
  const onTrouble = (error: unknown): void => tell(options.onTrouble, error);
  const readiness = createReadiness();
  const show = createShow(options.onState, readiness);
  const onChange = (): void => {
    acknowledger.update();
    show(enforcer.view());
  };
  const enforcer = createEnforcer({ agentId, clock, abortDeadlineMs, onChange });
  const acknowledger = createAcknowledger({
    client,
    point: { pointId, agentId, instance },
    standing: () => enforcer.standing(),
    onDelivered: ({ level, inflight: { aborted, completedAfter } }) => {
      if (level === 'quiesced') enforcer.actions.forget([...aborted, ...completedAfter]);
    },
    onTrouble,
  });
  const path = (): string => {
    const query = { agent: agentId, point: pointId, instance, epoch: String(enforcer.view().epoch) };
    return `/v1/halts/stream?${new URLSearchParams(query).toString()}`;
  };
  const ending = new AbortController();
  const follower = followerOf(enforcer, pinned, onTrouble);
  const following = followPlane({ client, path, clock, signal: ending.signal }, follower);

  const complete = ({ actionId = mintActionId(clock().wallMs), ...attempt }: GuardedAttempt) => ({
    ...attempt,
    actionId,
    agentId,
  });
  return {
    pointId,
    ready: () => readiness.promise,
    run: (attempt, fn) => enforcer.run(complete(attempt), fn),
    get state() {
      return enforcer.view().state;
    },
    get epoch() {
      return enforcer.view().epoch;
    },
    get halts() {
      return enforcer.view().halts;
    },
    get inflight() {
      return enforcer.actions.list();
    },
    close: () => close({ enforcer, acknowledger, ending, following, readiness }),
  };
}

function followerOf(enforcer: Enforcer, pinned: PinnedKey, onTrouble: (error: unknown) => void): Follower {
  return {
    prepare: (signal) => pinned.obtain(signal),
    accept(snapshot) {
      const acceptance = enforcer.accept(snapshot, pinned.signed(snapshot));
      if (acceptance === 'newer' || acceptance === 'same') return true;
      const why =
        acceptance === 'unsigned' ? 'is not signed by the pinned key' : 'is older than what this guard holds';
      onTrouble(
        new Error(`the state of epoch ${snapshot.epoch} ${why}: it renews no lease and lifts nothing`),
      );
      return false;
    },
    renew: (sent, atMs, leaseMs) => enforcer.renew(sent, atMs, leaseMs),
    onTrouble,
  };
}

interface Closing {
  readonly enforcer: Enforcer;
  readonly acknowledger: Acknowledger;
  readonly ending: AbortController;
  readonly following: Promise<void>;
  readonly readiness: Readiness;
}

/**
 * The stream stays open until nothing runs any more and that has been said: an order that comes meanwhile must
 * hear of what would not stop. The caller does not wait for it longer than it may take to stop.
 */
async function close({ enforcer, acknowledger, ending, following, readiness }: Closing): Promise<void> {
  readiness.reject(new Error('the guard was closed before the agent could act'));
  await enforcer.close();
  const farewell = async (): Promise<void> => {
    await enforcer.actions.ended();
    await acknowledger.flush(GOODBYE_MS);
    ending.abort();
    acknowledger.stop();
    await following;
  };
  const said = farewell();
  if (enforcer.actions.list().length === 0) await said;
}

interface Readiness {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

function createReadiness(): Readiness {
  let settle: Pick<Readiness, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => void (settle = { resolve, reject }));
  // Nobody has to wait for it.
  promise.catch(() => undefined);
  return { promise, resolve: () => settle?.resolve(), reject: (error) => settle?.reject(error) };
}

/** Tells the agent's code of every change once. */
function createShow(onState: GuardOptions['onState'], readiness: Readiness): (view: GuardView) => void {
  let shown = '';
  return (view) => {
    const text = JSON.stringify(view);
    if (text === shown) return;
    shown = text;
    if (view.state === 'live') readiness.resolve();
    tell(onState, view);
  };
}

/** The agent's own code must not break its guard: what its listeners throw is dropped. */
function tell<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch {
    // Nobody is left to tell.
  }
}
