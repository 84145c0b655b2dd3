import type { HeldState } from '../core/quarantine.js';
import { medianWaitSeconds } from '../core/quarantine-figures.js';
import type { PointRow } from '../store/types.js';
import type { Deps } from './deps.js';

/** How we are, in numbers that name nobody. */
export interface Figures {
  readonly openIncidents: number;
  readonly openDrills: number;
  readonly haltsInForce: number;
  readonly epoch: number;
  readonly points: Readonly<Record<PointRow['state'], number>>;
  readonly quarantine: {
    readonly attempts: Readonly<Record<HeldState, number>>;
    /** Of the newest decisions; null where there is none. */
    readonly medianWaitSeconds: number | null;
  };
  readonly outbox: { readonly waiting: number; readonly oldestSeconds: number };
}

const MANY = 100_000;
const NEWEST_DECISIONS = 1_000;

/** Reads them from the store; halts and epoch as guards hear them now. */
export async function readFigures({ store, plane, now }: Deps): Promise<Figures> {
  const [open, points, held, waits, backlog] = await Promise.all([
    store.incidents({ open: true, limit: MANY }),
    store.points(),
    store.countHeldAttempts({}),
    store.decidedWaits(NEWEST_DECISIONS),
    store.transact((tx) => tx.effects.backlog()),
  ]);
  const { halts, epoch } = plane.current();
  const inState = (state: PointRow['state']): number =>
    points.filter((point) => point.kind === 'guard' && point.state === state).length;
  const openDrills = open.filter(({ kind }) => kind === 'drill').length;
  const ageMs = backlog.oldestAt === null ? 0 : Date.parse(now()) - Date.parse(backlog.oldestAt);
  return {
    openIncidents: open.length - openDrills,
    openDrills,
    haltsInForce: halts.filter(({ drill }) => drill !== true).length,
    epoch,
    points: {
      connected: inState('connected'),
      disconnected: inState('disconnected'),
      gone: inState('gone'),
    },
    quarantine: {
      attempts: { held: 0, released: 0, used: 0, rejected: 0, expired: 0, refused: 0, ...held },
      medianWaitSeconds: medianWaitSeconds(waits),
    },
    outbox: { waiting: backlog.waiting, oldestSeconds: Math.max(0, ageMs / 1000) },
  };
}
