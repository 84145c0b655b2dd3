/**
 * Which agents are behind which gateway, and since when a state is what every gateway's question is answered from.
 * A gateway holds no lease: it is an enforcement point because it asks us each time (`fixed-points.ts`).
 */
import type { ExpectedPoint } from '../core/halt-events.js';
import { touchesAgent } from '../core/halt.js';
import type { Instant } from '../core/ids.js';
import type { Deps } from './deps.js';

export interface GatewayPoints {
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

export interface GatewayClock {
  /** Milliseconds of a clock that never jumps. */
  readonly monotonic: () => number;
}

/** A gateway that has not asked about an agent for this long is not expected, unless gateways.yml names the agent. */
const RECENT_MS = 3_600_000;
/** Older states than these are taken for as new as the oldest of them, which errs to the safe side. */
const MOMENTS_KEPT = 1_000;

interface Pair {
  readonly point: ExpectedPoint;
  readonly recentMs: number;
  askedMs: number;
}

interface Moment {
  readonly epoch: number;
  readonly at: Instant;
  readonly ms: number;
}

/** One for each halt plane: registers itself there. */
export function createGatewayPoints(
  { plane, registry }: Pick<Deps, 'plane' | 'registry'>,
  { monotonic }: GatewayClock = { monotonic: () => performance.now() },
): GatewayPoints {
  const pairs = new Map<string, Map<string, Pair>>();
  const declared = [...registry.gateways.values()].flatMap(({ name, agents }) =>
    agents.map((agentId) => pointOf(name, agentId)),
  );
  const { epoch: first, issuedAt: at } = plane.current();
  const moments: Moment[] = [{ epoch: first, at, ms: monotonic() }];
  const isRecent = ({ askedMs, recentMs }: Pair): boolean => monotonic() - askedMs <= recentMs;
  const points: GatewayPoints = {
    unsettled: true,
    asked(gateway, agentId) {
      const known = pairs.get(gateway)?.get(agentId);
      const wasRecent = known !== undefined && isRecent(known);
      if (known === undefined) add(gateway, agentId);
      else known.askedMs = monotonic();
      return !wasRecent && plane.orders.isAnnouncing() ? plane.orders.announced() : undefined;
    },
    answeredFrom(epoch) {
      const moment = moments.find((each) => each.epoch >= epoch);
      return moment && { at: moment.at, elapsedMs: monotonic() - moment.ms };
    },
  };
  function add(gateway: string, agentId: string): void {
    const maxSeconds = registry.gateways.get(gateway)?.maxRequestSeconds ?? 0;
    const recentMs = Math.max(RECENT_MS, maxSeconds * 1000);
    const ofGateway = pairs.get(gateway) ?? new Map<string, Pair>();
    pairs.set(
      gateway,
      ofGateway.set(agentId, { point: pointOf(gateway, agentId), recentMs, askedMs: monotonic() }),
    );
  }
  plane.subscribe(({ epoch, issuedAt }) => {
    moments.push({ epoch, at: issuedAt, ms: monotonic() });
    if (moments.length > MOMENTS_KEPT) moments.shift();
    points.unsettled = true;
  });
  plane.fixtures.register((scope) => {
    const asking = [...pairs.values()].flatMap((each) => [...each.values()].filter(isRecent));
    const all = [...declared, ...asking.map(({ point }) => point)].filter(({ agentId }) =>
      touchesAgent(scope, agentId),
    );
    return [...new Map(all.map((point) => [point.pointId, point])).values()];
  });
  return points;
}

/** What is known of a gateway is its name, not which run of it asks: every run is answered from the same state. */
function pointOf(gateway: string, agentId: string): ExpectedPoint {
  return { pointId: `gateway:${gateway}:${agentId}`, agentId, instance: gateway, kind: 'gateway' };
}
