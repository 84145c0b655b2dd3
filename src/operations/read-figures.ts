import type { PagerName } from '../core/pager.js';
import type { HeldState } from '../core/quarantine.js';
import { medianWaitSeconds } from '../core/quarantine-figures.js';
import type { PointRow } from '../store/types.js';
import type { Deps } from './deps.js';
import { listSources, type SourceListed } from './alerts/list-sources.js';
import { readPagerHealth } from './paging/pager-health.js';

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
  /** Where alerts come from, and whether they wake anybody. */
  readonly sources: readonly Pick<SourceListed, 'name' | 'paused' | 'held'>[];
  /** Those that are configured; a pager that was never asked does not fail. */
  readonly pagers: readonly { readonly name: PagerName; readonly isFailing: boolean }[];
}

const MANY = 100_000;
const NEWEST_DECISIONS = 1_000;

/** Reads them from the store; halts and epoch as guards hear them now. */
export async function readFigures(deps: Deps): Promise<Figures> {
  const { store, plane, now } = deps;
  const [open, points, held, waits, backlog, sources, pagers] = await Promise.all([
    store.incidents({ open: true, limit: MANY }),
    store.points(),
    store.countHeldAttempts({}),
    store.decidedWaits(NEWEST_DECISIONS),
    store.transact((tx) => tx.effects.backlog()),
    listSources(deps),
    readPagers(deps),
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
    sources,
    pagers,
  };
}

function readPagers({ store, settings }: Deps): Promise<Figures['pagers']> {
  return Promise.all(
    (settings.pagers ?? []).map(async (name) => {
      const { failing } = await readPagerHealth(store, name);
      return { name, isFailing: failing !== null };
    }),
  );
}
