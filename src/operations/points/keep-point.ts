import { subMilliseconds, toDate } from 'date-fns';
import type { PointRow, Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';
import type { HaltPlane } from '../halting/halt-plane.js';
import { writeTogether } from '../write-together.js';

const ROWS_AT_ONCE = 2_000;

type Keep = (kept: { readonly deps: Deps; readonly pointId: string }) => Promise<void>;

const KEEPERS = new WeakMap<HaltPlane, Keep>();

/** Writes down how a point stands in the ledger, so that the next process knows who may hold a lease. */
export function keepPoint(deps: Deps, pointId: string): Promise<void> {
  let keep = KEEPERS.get(deps.plane);
  if (keep === undefined) {
    keep = writeTogether(async (points) => {
      const [first] = points;
      if (first !== undefined) await writeRows(first.deps, new Set(points.map((point) => point.pointId)));
      return points.map(() => undefined);
    }, ROWS_AT_ONCE);
    KEEPERS.set(deps.plane, keep);
  }
  return keep({ deps, pointId });
}

/** Brings the epochs in the rows up to date, some at a time: nothing is proven by them, so they may be late. */
export async function keepEpochs(deps: Deps): Promise<void> {
  await deps.plane.lull.wait();
  const stale = deps.plane.leases.takeStale(ROWS_AT_ONCE);
  await Promise.all(stale.map((pointId) => keepPoint(deps, pointId)));
}

/**
 * Says that these deny everything by now. From the moment this is called, whoever takes up such a name again waits
 * until its row is written anew; hence no `await` between finding out and calling.
 */
export async function putGoneIn(
  tx: Transaction,
  deps: Pick<Deps, 'plane' | 'now'>,
  pointIds: readonly string[],
): Promise<void> {
  for (const pointId of pointIds) deps.plane.leases.setRow(pointId, 'none');
  await tx.putPoints(rowsOf(deps, pointIds, 'gone'));
}

async function writeRows(deps: Deps, pointIds: ReadonlySet<string>): Promise<void> {
  const { leases } = deps.plane;
  const standAs = (from: 'none' | 'writing', to: 'none' | 'writing' | 'kept'): void => {
    for (const pointId of pointIds) if (leases.get(pointId)?.row === from) leases.setRow(pointId, to);
  };
  try {
    await deps.store.transact(async (tx) => {
      standAs('none', 'writing');
      await tx.putPoints(rowsOf(deps, [...pointIds]));
    });
  } catch (error) {
    standAs('writing', 'none');
    throw error;
  }
  standAs('writing', 'kept');
}

function rowsOf(
  { plane, now }: Pick<Deps, 'plane' | 'now'>,
  pointIds: readonly string[],
  state?: PointRow['state'],
): PointRow[] {
  // Read once: there may be thousands of rows.
  const at = toDate(now());
  return pointIds.flatMap((pointId) => {
    const point = plane.leases.get(pointId);
    if (point === undefined) return [];
    const { agentId, instance, firstSeenAt, epoch, connections } = point;
    const lastHeartbeatAt = subMilliseconds(at, plane.leases.silentMs(pointId)).toISOString();
    const standing = connections > 0 ? 'connected' : 'disconnected';
    const names = { pointId, agentId, instance, kind: 'guard' as const };
    return [{ ...names, firstSeenAt, lastHeartbeatAt, epoch, state: state ?? standing }];
  });
}
