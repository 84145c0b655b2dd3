/**
 * Who may hold a lease, by our own monotonic clock: the wall clock may jump, and a proof may not.
 * A point stays in the ledger until its lease has provably run out or it has said goodbye.
 */
import { DomainError } from '../../core/errors.js';
import type { PointName } from '../../core/halt-events.js';
import type { Instant } from '../../core/ids.js';

export interface LeasedPoint extends PointName {
  readonly firstSeenAt: Instant;
  /** Streams open at this moment; while there is one, nothing is proven. */
  readonly connections: number;
  /** Monotonic milliseconds of the last renewal that we handed to the network. */
  readonly renewedMs: number;
  /** The newest epoch that it says it holds. */
  readonly epoch: number;
  /** Has the store a row of it, by which the next process would expect it? */
  readonly row: 'none' | 'writing' | 'kept';
}

type Changing = { -readonly [Key in keyof LeasedPoint]: LeasedPoint[Key] };

export interface LeaseLedger {
  all(): readonly LeasedPoint[];
  get(pointId: string): LeasedPoint | undefined;
  /** Counts a stream in, before it is given any state. DomainError `conflict` while another instance may hold the name. */
  enter(point: PointName & { firstSeenAt: Instant }): void;
  /** Something that renews its lease is handed to the network now. */
  renew(pointId: string): void;
  /** A stream has ended. */
  leave(pointId: string): void;
  received(pointId: string, epoch: number): void;
  setRow(pointId: string, row: LeasedPoint['row']): void;
  /** Its row does not show how it stands. */
  outdated(pointId: string): void;
  /** Some of those whose row does not show how they stand; they are taken to be written now. */
  takeStale(limit: number): string[];
  /** It denies everything, or does not exist. */
  remove(pointId: string): void;
  isExpired(pointId: string): boolean;
  /** All that have expired; one look at the clock, for the tick asks about everybody. */
  expired(): string[];
  /** Milliseconds since the last renewal. */
  silentMs(pointId: string): number;
}

/** `restored` are the points that an earlier process may have renewed until it died: their proof starts now. */
export function createLeaseLedger(
  restored: readonly (PointName & { firstSeenAt: Instant; epoch: number })[],
  { monotonic, proofMs }: { monotonic: () => number; proofMs: number },
): LeaseLedger {
  // Changed in place: ten thousand of them are renewed every two seconds, and all answer an order at once.
  const points = new Map<string, Changing>(
    restored.map((point) => [
      point.pointId,
      { ...point, connections: 0, renewedMs: monotonic(), row: 'kept' as const },
    ]),
  );
  const stale = new Set<string>();
  const change = (pointId: string, next: (point: Changing) => void): void => {
    const point = points.get(pointId);
    if (point !== undefined) next(point);
  };
  const silentMs = (pointId: string): number =>
    monotonic() - (points.get(pointId)?.renewedMs ?? Number.POSITIVE_INFINITY);
  return {
    all: () => [...points.values()],
    get: (pointId) => points.get(pointId),
    enter(point) {
      refuseReserved(point);
      const fresh = { ...point, connections: 0, renewedMs: monotonic(), epoch: 0, row: 'none' as const };
      const known = points.get(point.pointId) ?? fresh;
      refuseOthers(known, point);
      points.set(point.pointId, { ...known, connections: known.connections + 1 });
    },
    renew: (pointId) => change(pointId, (point) => void (point.renewedMs = monotonic())),
    leave: (pointId) =>
      change(pointId, (point) => void (point.connections = Math.max(0, point.connections - 1))),
    received(pointId, epoch) {
      const point = points.get(pointId);
      if (point === undefined || epoch <= point.epoch) return;
      point.epoch = epoch;
      stale.add(pointId);
    },
    outdated: (pointId) => void stale.add(pointId),
    setRow: (pointId, row) => change(pointId, (point) => void (point.row = row)),
    takeStale(limit) {
      const taken = [...stale].slice(0, limit);
      for (const pointId of taken) stale.delete(pointId);
      return taken;
    },
    remove(pointId) {
      points.delete(pointId);
      stale.delete(pointId);
    },
    isExpired: (pointId) => points.get(pointId)?.connections === 0 && silentMs(pointId) >= proofMs,
    expired() {
      const since = monotonic() - proofMs;
      const gone: string[] = [];
      for (const { pointId, connections, renewedMs } of points.values())
        if (connections === 0 && renewedMs <= since) gone.push(pointId);
      return gone;
    },
    silentMs,
  };
}

/** Gateways and actuators are answered for by us: a guard of that name could speak for them. */
function refuseReserved({ pointId }: PointName): void {
  if (!/^(gateway|actuator):/.test(pointId)) return;
  throw new DomainError(
    'invalid-input',
    `The name ${pointId} belongs to a gateway or an actuator. Give this guard another one.`,
  );
}

/** Two instances under one name could answer for each other while one of them still runs. */
function refuseOthers(known: PointName, point: PointName): void {
  if (known.instance === point.instance && known.agentId === point.agentId) return;
  throw new DomainError(
    'conflict',
    `The name ${point.pointId} is held by another instance until its lease has run out. Wait, or give each process its own name.`,
  );
}
