/**
 * Which agents are behind which gateway, and since when a state is what every gateway's question is answered from.
 * A gateway holds no lease: it is an enforcement point because it asks us each time (`fixed-points.ts`).
 */
import { touchesAgent } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import {
  createAskingGateways,
  gatewayPoint,
  type AskedBefore,
  type AskingGateways,
} from './asking-gateways.js';
import type { Deps } from '../deps.js';
import { createFirstQuestions } from './first-questions.js';

export interface GatewayPoints extends Pick<AskingGateways, 'takeUnsaved' | 'unsaved'> {
  /**
   * Notes that a gateway asks about an agent (null: about nobody we know), before it is answered. A promise where the answer has to wait: an order
   * that does not expect this point yet is about to be published.
   */
  asked(gateway: string, agentId: string | null): Promise<void> | undefined;
  /**
   * Since when this gateway has put no request past a state of this epoch; undefined before, and for one that has never
   * asked: gateways.yml says that it is there, and nobody knows whether it is. `at` is null where that is only known by now.
   */
  answeredFrom(gateway: string, epoch: number): Since | undefined;
  /** Has it asked anything, ever? */
  hasAsked(gateway: string): boolean;
  /** True while an order may still have to hear of its gateways: spares the tick a reading of the journal. */
  unsettled: boolean;
}

interface Since {
  readonly at: Instant | null;
  readonly elapsedMs: number;
}

export interface GatewayPointsOptions {
  /** Milliseconds of a clock that never jumps; the process's own where left out. */
  readonly monotonic?: () => number;
  readonly remembered?: readonly AskedBefore[];
}

/** Older states than these are taken for as new as the oldest of them, which errs to the safe side. */
const MOMENTS_KEPT = 1_000;

interface Moment {
  readonly epoch: number;
  readonly at: Instant;
  readonly ms: number;
}

/** One for each halt plane: registers itself there. */
export function createGatewayPoints(
  { plane, registry }: Pick<Deps, 'plane' | 'registry'>,
  { monotonic = () => performance.now(), remembered = [] }: GatewayPointsOptions = {},
): GatewayPoints {
  const asking = createAskingGateways(registry, { monotonic, remembered });
  const declared = [...registry.gateways.values()].flatMap(({ name, agents }) =>
    agents.map((agentId) => gatewayPoint(name, agentId)),
  );
  const { epoch, issuedAt: at } = plane.current();
  const moments: Moment[] = [{ epoch, at, ms: monotonic() }];
  const first = createFirstQuestions(remembered, monotonic);
  const hasAsked = (gateway: string): boolean => first.atMs(gateway) !== undefined;
  const points: GatewayPoints = {
    unsettled: true,
    takeUnsaved: () => asking.takeUnsaved(),
    unsaved: (pointIds) => asking.unsaved(pointIds),
    asked(gateway, agentId) {
      if (first.isFirst(gateway)) points.unsettled = true;
      if (agentId === null || asking.note(gateway, agentId)) return undefined;
      return plane.orders.isAnnouncing() ? plane.orders.announced() : undefined;
    },
    answeredFrom(gateway, epoch) {
      const moment = moments.find((each) => each.epoch >= epoch);
      const askedMs = first.atMs(gateway);
      if (moment === undefined || askedMs === undefined) return undefined;
      // What it let through before its first question nobody knows.
      const sinceMs = Math.max(moment.ms, askedMs);
      return { at: sinceMs === moment.ms ? moment.at : null, elapsedMs: monotonic() - sinceMs };
    },
    hasAsked,
  };
  plane.subscribe(({ epoch, issuedAt }) => {
    moments.push({ epoch, at: issuedAt, ms: monotonic() });
    if (moments.length > MOMENTS_KEPT) moments.shift();
    points.unsettled = true;
  });
  plane.fixtures.register(
    (scope) => {
      const all = [...declared, ...asking.recent()].filter(({ agentId }) => touchesAgent(scope, agentId));
      return [...new Map(all.map((point) => [point.pointId, point])).values()];
    },
    ({ kind, instance }) => kind !== 'gateway' || hasAsked(instance),
  );
  return points;
}
