/**
 * Enforcement points that cannot keep a stream open: they ask again and again, and each answer is the whole state with
 * a lease. State and lease come in one piece, so nobody can take the one without the other.
 *
 * A point that was told of an epoch and comes back without it (it says so in `since`, or has acknowledged it)
 * is answered without a lease: what it held runs out, and the proof of that is the ledger's, as for a stream.
 */
import { DomainError } from '../../core/errors.js';
import type { PointName } from '../../core/halt-events.js';
import type { Snapshot } from '../../core/halt.js';
import type { Deps } from '../deps.js';
import { keepPoint } from './keep-point.js';
import type { HaltPlane } from '../halting/halt-plane.js';

export interface PollPoint extends PointName {
  /** The one agent that the token may speak for; null for any. */
  readonly boundTo: string | null;
  /** The epoch that it says it holds; undefined for none. */
  readonly since: number | undefined;
  /** Aborted when there is nothing to wait for any more. */
  readonly patience: AbortSignal;
  /** True while there is somebody to answer. */
  readonly isThere: () => boolean;
}

export interface PollAnswer {
  readonly snapshot: Snapshot;
  /** Does this answer renew its lease? */
  readonly renews: boolean;
}

/** What each point was told last, so that it owes an answer to it. */
interface Told {
  readonly instance: string;
  readonly epoch: number;
}

const TOLD = new WeakMap<HaltPlane, Map<string, Told>>();
const FORGET_ABOVE = 20_000;

/** The state as soon as it is newer than `since`, else when patience ends; `answer` writes it at that very moment. */
export async function pollPoint(
  deps: Deps,
  input: PollPoint,
  answer: (answer: PollAnswer) => unknown,
): Promise<void> {
  const { pointId, agentId, instance, boundTo, since } = input;
  if (boundTo !== null && boundTo !== agentId)
    throw new DomainError('not-allowed', `This token speaks for ${boundTo} only. Make one for ${agentId}.`);
  const { plane } = deps;
  plane.leases.enter({ pointId, agentId, instance, firstSeenAt: deps.now() });
  try {
    if (plane.leases.get(pointId)?.row !== 'kept') await keepPoint(deps, pointId);
    // As with a stream: an order under way may not expect this point, so it gets no state before that order is out.
    while (plane.orders.isAnnouncing()) await plane.orders.announced();
    await newerThan(plane, since, input.patience);
    while (plane.orders.isAnnouncing()) await plane.orders.announced();
    if (!input.isThere()) return;
    const snapshot = plane.current();
    const renews = holds(deps, input);
    answer({ snapshot, renews });
    if (renews) plane.leases.renew(pointId);
    remember(plane, pointId, { instance, epoch: snapshot.epoch });
  } finally {
    plane.leases.leave(pointId);
  }
}

/** Has it taken in all that it was told? Whoever was told nothing yet owes nothing. */
function holds({ plane }: Deps, { pointId, instance, since = 0 }: PollPoint): boolean {
  const { epoch } = plane.current();
  const told = TOLD.get(plane)?.get(pointId);
  const owed = told?.instance === instance ? told.epoch : 0;
  // An epoch that was never issued here says nothing.
  const said = since > epoch ? 0 : since;
  return Math.max(said, plane.leases.get(pointId)?.epoch ?? 0) >= owed;
}

function remember(plane: HaltPlane, pointId: string, told: Told): void {
  const known = TOLD.get(plane) ?? new Map<string, Told>();
  TOLD.set(plane, known.set(pointId, told));
  if (known.size <= FORGET_ABOVE) return;
  for (const each of known.keys()) if (plane.leases.get(each) === undefined) known.delete(each);
}

/** Resolves as soon as there is a state newer than `since`, or patience has ended. */
export function newerThan(plane: HaltPlane, since: number | undefined, patience: AbortSignal): Promise<void> {
  if (since === undefined || plane.current().epoch > since || patience.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      unsubscribe();
      patience.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = plane.subscribe(done);
    patience.addEventListener('abort', done, { once: true });
  });
}
