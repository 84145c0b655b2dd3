/** Which gateways have asked about which agents, and when: in memory, and as far as rows of the store may lag behind. */
import type { ExpectedPoint } from '../../core/halt-events.js';
import type { Registry } from '../../registry/registry.js';

export interface AskingGateways {
  /** A gateway asks about an agent; returns whether it had done so lately. */
  note(gateway: string, agentId: string): boolean;
  /** Those that have asked lately. */
  recent(): ExpectedPoint[];
  /** Those whose row does not show that they asked lately; they are taken to be written now. */
  takeUnsaved(): { readonly point: ExpectedPoint; readonly silentMs: number }[];
  /** These could not be written: the next turn tries again. */
  unsaved(pointIds: readonly string[]): void;
}

/** One that had asked before this process began, and how long ago. */
export interface AskedBefore {
  readonly gateway: string;
  readonly agentId: string;
  readonly agoMs: number;
}

/** A gateway that has not asked about an agent for this long is not expected, unless gateways.yml names the agent. */
const RECENT_MS = 3_600_000;
/** A row is written again after this long: what was asked since is lost with the process, and is far below an hour. */
const SAVED_EVERY_MS = 60_000;

interface Pair {
  readonly point: ExpectedPoint;
  readonly recentMs: number;
  askedMs: number;
  /** When its row was last written; null for never. */
  savedMs: number | null;
}

export function createAskingGateways(
  { agents, gateways }: Pick<Registry, 'agents' | 'gateways'>,
  { monotonic, remembered }: { monotonic: () => number; remembered: readonly AskedBefore[] },
): AskingGateways {
  const pairs = new Map<string, Map<string, Pair>>();
  const all = (): Pair[] => [...pairs.values()].flatMap((each) => [...each.values()]);
  const isRecent = ({ askedMs, recentMs }: Pair): boolean => monotonic() - askedMs <= recentMs;
  const add = ({ gateway, agentId, agoMs }: AskedBefore, savedMs: number | null): void => {
    const maxSeconds = gateways.get(gateway)?.maxRequestSeconds ?? 0;
    const recentMs = Math.max(RECENT_MS, maxSeconds * 1000);
    const ofGateway = pairs.get(gateway) ?? new Map<string, Pair>();
    const askedMs = monotonic() - agoMs;
    const pair = { point: gatewayPoint(gateway, agentId), recentMs, askedMs, savedMs };
    pairs.set(gateway, ofGateway.set(agentId, pair));
  };
  for (const each of remembered) if (agents.has(each.agentId)) add(each, monotonic());
  return {
    note(gateway, agentId) {
      const known = pairs.get(gateway)?.get(agentId);
      const wasRecent = known !== undefined && isRecent(known);
      if (known === undefined) add({ gateway, agentId, agoMs: 0 }, null);
      else known.askedMs = monotonic();
      return wasRecent;
    },
    recent: () => all().flatMap((pair) => (isRecent(pair) ? [pair.point] : [])),
    takeUnsaved() {
      const nowMs = monotonic();
      const due = all().filter((pair) => isUnsaved(pair, nowMs));
      for (const pair of due) pair.savedMs = nowMs;
      return due.map(({ point, askedMs }) => ({ point, silentMs: nowMs - askedMs }));
    },
    unsaved(pointIds) {
      for (const pair of all()) if (pointIds.includes(pair.point.pointId)) pair.savedMs = null;
    },
  };
}

function isUnsaved({ askedMs, savedMs }: Pair, nowMs: number): boolean {
  return savedMs === null || (askedMs > savedMs && nowMs - savedMs >= SAVED_EVERY_MS);
}

/** What is known of a gateway is its name, not which run of it asks: every run is answered from the same state. */
export function gatewayPoint(gateway: string, agentId: string): ExpectedPoint {
  return { pointId: `gateway:${gateway}:${agentId}`, agentId, instance: gateway, kind: 'gateway' };
}
