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

export interface GatewayPoints extends Pick<AskingGateways, 'takeUnsaved' | 'unsaved'> {
  /**
   * Notes that a gateway asks about an agent, before it is answered. A promise where the answer has to wait: an order
   * that does not expect this point yet is about to be published.
   */
  asked(gateway: string, agentId: string): Promise<void> | undefined;
  /** Since when no question has been answered from an older state than this epoch; undefined before. */
  answeredFrom(epoch: number): { readonly at: Instant; readonly elapsedMs: number } | undefined;
  /** True while an order may still have to hear of its gateways: spares the tick a reading of the journal. */
  unsettled: boolean;
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
  const { epoch: first, issuedAt: at } = plane.current();
  const moments: Moment[] = [{ epoch: first, at, ms: monotonic() }];
  const points: GatewayPoints = {
    unsettled: true,
    takeUnsaved: () => asking.takeUnsaved(),
    unsaved: (pointIds) => asking.unsaved(pointIds),
    asked: (gateway, agentId) =>
      !asking.note(gateway, agentId) && plane.orders.isAnnouncing() ? plane.orders.announced() : undefined,
    answeredFrom(epoch) {
      const moment = moments.find((each) => each.epoch >= epoch);
      return moment && { at: moment.at, elapsedMs: monotonic() - moment.ms };
    },
  };
  plane.subscribe(({ epoch, issuedAt }) => {
    moments.push({ epoch, at: issuedAt, ms: monotonic() });
    if (moments.length > MOMENTS_KEPT) moments.shift();
    points.unsettled = true;
  });
  plane.fixtures.register((scope) => {
    const all = [...declared, ...asking.recent()].filter(({ agentId }) => touchesAgent(scope, agentId));
    return [...new Map(all.map((point) => [point.pointId, point])).values()];
  });
  return points;
}
