/** The enforcement points of a status: from memory, and from the orders that wait for them. */
import { actuatorNotes } from '../../core/actuator.js';
import { isSettled, type Order, type PointState } from '../../core/containment.js';
import { levelRank } from '../../core/enforcement-point.js';
import { touchesAgent, type HaltScope } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import type { AgentLine, PointLine } from '../../core/status.js';
import type { Deps } from '../deps.js';
import type { LeasedPoint } from '../points/lease-ledger.js';

/** Worst first: what may still act, what is draining, what is silent, and then all others. */
export function pointLines(deps: Deps, orders: readonly Order[]): PointLine[] {
  const newest = newestStates(orders);
  const guards = deps.plane.leases.all().map((point) => guardLine(deps, point, newest.get(nameOf(point))));
  const listed = new Set(guards.map(nameOf));
  const fixed = deps.plane.fixtures
    .expectedBy({ kind: 'all' })
    .map((point) => fixedLine(point, newest.get(nameOf(point))));
  for (const point of fixed) listed.add(nameOf(point));
  const gone = [...newest.values()]
    .filter(({ point }) => !listed.has(nameOf(point)) && !isSettled(point))
    .map((state) => fixedLine(state.point, state));
  return [...guards, ...fixed, ...gone].toSorted((a, b) => badness(b) - badness(a) || byName(a, b));
}

interface NewestState {
  readonly point: PointState;
  readonly haltId: string;
  readonly waitedSince: Instant | null;
}

/** By point, of the newest order that still waits for it: one that a newer order needs no more may be short for an older. */
function newestStates(orders: readonly Order[]): Map<string, NewestState> {
  const newest = new Map<string, NewestState>();
  for (const { haltId, at, points } of orders)
    for (const point of points) {
      const name = nameOf(point);
      const waitedSince = newest.get(name)?.waitedSince ?? null;
      if (!isSettled(point)) newest.set(name, { point, haltId, waitedSince: waitedSince ?? at });
      else if (waitedSince === null) newest.set(name, { point, haltId, waitedSince });
    }
  return newest;
}

function nameOf({ pointId, instance }: Pick<PointState, 'pointId' | 'instance'>): string {
  return `${pointId}\n${instance}`;
}

/** From memory, not from the store: that is written when a point comes and goes, not at each heartbeat. */
function guardLine({ plane }: Deps, guard: LeasedPoint, newest: NewestState | undefined): PointLine {
  const { pointId, agentId, instance, connections } = guard;
  return {
    pointId,
    agentId,
    instance,
    kind: 'guard',
    connected: connections > 0,
    ...stateOf(newest),
    leaseAgeMs: Math.round(plane.leases.silentMs(pointId)),
  };
}

/** It holds no lease: it is there because the runbooks say so, or because an order still waits for it. */
function fixedLine(
  { pointId, agentId, instance, kind }: Pick<PointLine, 'pointId' | 'agentId' | 'instance' | 'kind'>,
  newest: NewestState | undefined,
): PointLine {
  return {
    pointId,
    agentId,
    instance,
    kind,
    connected: kind !== 'guard',
    ...stateOf(newest),
    leaseAgeMs: null,
  };
}

function stateOf(
  newest: NewestState | undefined,
): Pick<PointLine, 'level' | 'haltId' | 'waitedSince' | 'settled' | 'notes'> {
  if (newest === undefined)
    return { level: null, haltId: null, waitedSince: null, settled: false, notes: [] };
  const { point, haltId, waitedSince } = newest;
  return { level: point.level, haltId, waitedSince, settled: isSettled(point), notes: actuatorNotes(point) };
}

function badness({ level, settled, notes, connected }: PointLine): number {
  const waited = level === null || settled ? 0 : 10 - levelRank(level);
  return waited * 4 + (notes.length > 0 ? 2 : 0) + (connected ? 0 : 1);
}

function byName(a: PointLine, b: PointLine): number {
  return a.agentId < b.agentId || (a.agentId === b.agentId && a.pointId < b.pointId) ? -1 : 1;
}

/** Every agent in one line, worst first. */
export function agentLines(
  { registry }: Pick<Deps, 'registry'>,
  points: readonly PointLine[],
  orders: readonly Order[],
): AgentLine[] {
  const present = groupedByAgent(points);
  const asked = groupedByAgent([...newestStates(orders).values()].map(({ point }) => point));
  const ids = new Set([...registry.agents.keys(), ...present.keys(), ...asked.keys()]);
  return [...ids]
    .map((agentId) =>
      agentLine(agentId, {
        registered: registry.agents.has(agentId),
        points: present.get(agentId) ?? [],
        asked: asked.get(agentId) ?? [],
        orders: orders.filter(({ scope }) => touchesAgent(scope, agentId)),
      }),
    )
    .toSorted((a, b) => urgency(b) - urgency(a) || (a.agentId < b.agentId ? -1 : 1));
}

function groupedByAgent<P extends { readonly agentId: string }>(points: readonly P[]): Map<string, P[]> {
  const groups = new Map<string, P[]>();
  for (const point of points) {
    const group = groups.get(point.agentId);
    if (group === undefined) groups.set(point.agentId, [point]);
    else group.push(point);
  }
  return groups;
}

interface KnownAgent {
  readonly registered: boolean;
  /** There now. */
  readonly points: readonly PointLine[];
  /** Expected by an order, there or not: each as the newest order has it. */
  readonly asked: readonly PointState[];
  /** In force, and concerning it. */
  readonly orders: readonly Order[];
}

function agentLine(agentId: string, { registered, points, asked, orders }: KnownAgent): AgentLine {
  const open = asked
    .filter((point) => !isSettled(point))
    .toSorted((a, b) => levelRank(a.level) - levelRank(b.level));
  const inPath = points.filter(({ kind }) => kind !== 'actuator');
  const ages = points.flatMap(({ leaseAgeMs }) => leaseAgeMs ?? []);
  const [worst] = open;
  return {
    agentId,
    registered,
    points: points.length,
    connected: points.filter(({ connected }) => connected).length,
    expected: asked.length,
    settled: asked.length - open.length,
    later: orders.length === 0 ? 0 : inPath.filter(({ level }) => level === null).length,
    halted: orders.length > 0,
    whole: orders.some(({ scope, mode }) => mode === 'deny' && isWhole(scope)),
    blind: inPath.length === 0 && orders.some((order) => isUncovered(order, agentId)),
    worst: worst === undefined ? null : { level: worst.level, kind: worst.kind },
    silentMs: ages.length === 0 ? null : ages.reduce((longest, age) => Math.max(longest, age), 0),
    troubles: [...new Set(points.flatMap(({ notes }) => notes))].slice(0, 5),
  };
}

function isWhole({ kind }: HaltScope): boolean {
  return kind === 'all' || kind === 'agent';
}

/** No point answers for all that the order covers of it; nor where the agent was not known then. */
function isUncovered({ uncovered, points }: Order, agentId: string): boolean {
  return uncovered.includes(agentId) || points.every((point) => point.agentId !== agentId);
}

function urgency({ blind, expected, settled, troubles, points }: AgentLine): number {
  if (expected > settled) return 5 + (expected - settled) / (expected + 1);
  if (blind) return 4;
  return troubles.length > 0 ? 3 : points === 0 ? 2 : 0;
}
