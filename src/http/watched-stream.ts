/** One listener to halts: what it was told, what it has answered, and whether its lease may go on. */
import type { Snapshot } from '../core/halt.js';
import type { PointConnection } from '../operations/points/connect-point.js';
import type { HaltTiming } from '../operations/halting/halt-timing.js';
import { encodeEvent, type EventStream, type WireEvent } from './event-stream.js';

const RETRY_MS = 1_000;

export interface Opening {
  /** Our monotonic clock when we accepted the request. */
  readonly acceptedMs: number;
  /** Comes back with the first state. */
  readonly nonce: string | undefined;
  readonly timing: HaltTiming;
}

export class WatchedStream {
  readonly stream: EventStream;
  readonly #opening: Opening;
  #connection: Pick<PointConnection, 'renewed' | 'acknowledgedEpoch'> | undefined;
  #latest = 0;
  /** The newest epoch that it was told of while it was open, and so owes an answer to. */
  #unanswered = 0;
  #opened = false;

  constructor(stream: EventStream, opening: Opening) {
    this.stream = stream;
    this.#opening = opening;
  }

  /** Until then it has no lease to renew. */
  connected(connection: PointConnection): void {
    this.#connection = connection;
  }

  /** The whole state, at once. */
  deliver(snapshot: Snapshot): void {
    this.#latest = snapshot.epoch;
    if (!this.#opened) return this.#begin(snapshot);
    this.#unanswered = snapshot.epoch;
    this.stream.write(encodedState(snapshot));
  }

  #begin(snapshot: Snapshot): void {
    const { timing, nonce } = this.#opening;
    const { heartbeatMs, leaseMs } = timing;
    this.#opened = true;
    this.stream.open(RETRY_MS);
    const connection = { at: this.#at(), heartbeatMs, leaseMs, nonce };
    this.stream.write(encodeEvent('state', JSON.stringify({ ...snapshot, connection }), snapshot.epoch));
  }

  /** Who has not said that it holds the newest state gets no further lease under the old one. */
  beat(): void {
    if (!this.#hasAnswered(this.#unanswered)) return;
    const beat = encodeEvent('heartbeat', `{"epoch":${this.#latest},"at":${this.#at()}}`);
    if (this.stream.write(beat)) this.#connection?.renewed();
  }

  /** Cuts it where it was told of this epoch and has not answered, so that its lease can run out. */
  cutIfDeaf(epoch: number): void {
    if (this.#unanswered >= epoch && !this.#hasAnswered(epoch)) this.stream.cut();
  }

  #hasAnswered(epoch: number): boolean {
    return (this.#connection?.acknowledgedEpoch() ?? 0) >= epoch;
  }

  #at(): number {
    return performance.now() - this.#opening.acceptedMs;
  }
}

const encoded = new WeakMap<Snapshot, WireEvent>();

/** The same bytes for everybody: ten thousand guards must not cost ten thousand serialisations. */
function encodedState(snapshot: Snapshot): WireEvent {
  const known = encoded.get(snapshot);
  if (known !== undefined) return known;
  const event = encodeEvent('state', JSON.stringify(snapshot), snapshot.epoch);
  encoded.set(snapshot, event);
  return event;
}
