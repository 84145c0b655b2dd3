/** What one answer of the control plane tells a guard, piece by piece, be it a stream or a single state. */
import type { Moment } from './clock.js';
import { memberOf, numberIn, readSnapshot, type ReadState } from './read-snapshot.js';

/** Who holds to what is heard. */
export interface Follower {
  /** Runs before each request; a throw counts as a failed attempt. */
  prepare(signal: AbortSignal): Promise<void>;
  /** True where we hold what the state says: then, and only then, it may renew the lease. */
  accept(state: ReadState): boolean;
  renew(sent: Moment, atMs: number, leaseMs: number): void;
  onTrouble(error: unknown): void;
}

/** What the control plane says of itself with a state that answers a request. */
interface Connection {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
}

export interface PlaneSession {
  takeState(value: unknown): void;
  takeHeartbeat(value: unknown): void;
  /** Undefined until a state has come that answers our very request. */
  connection(): Connection | undefined;
}

export interface SessionOptions {
  /** When the request was sent whose answer this is. */
  readonly sent: Moment;
  /** Made up for this request: only an answer that repeats it was made for us, and not kept by a cache. */
  readonly nonce: string;
}

const HEARTBEAT_MS = 2_000;

export function createPlaneSession({ sent, nonce }: SessionOptions, follower: Follower): PlaneSession {
  let connection: Connection | undefined;
  /** The epoch that we hold to, as far as this answer has told; undefined while it tells what we cannot accept. */
  let held: number | undefined;
  return {
    connection: () => connection,
    takeState(value) {
      const state = readSnapshot(value);
      const { epoch, leaseMs } = state.snapshot;
      held = follower.accept(state) ? epoch : undefined;
      const about = memberOf(value, 'connection');
      const at = numberIn(about, 'at');
      if (at === undefined) return;
      if (memberOf(about, 'nonce') !== nonce)
        throw new Error('this answer was made for another request: is there a cache in between?');
      connection = { heartbeatMs: numberIn(about, 'heartbeatMs') ?? HEARTBEAT_MS, leaseMs };
      if (held !== undefined) follower.renew(sent, at, leaseMs);
    },
    takeHeartbeat(value) {
      const [epoch, at] = [numberIn(value, 'epoch'), numberIn(value, 'at')];
      if (epoch === undefined || at === undefined || connection === undefined || held === undefined) return;
      if (epoch > held) throw new Error(`the control plane is at epoch ${epoch}, this stream told ${held}`);
      if (epoch === held) follower.renew(sent, at, connection.leaseMs);
    },
  };
}
