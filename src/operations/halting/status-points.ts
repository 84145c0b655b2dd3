/** The enforcement points of a status: from memory, and from the orders that wait for them. */
import { actuatorNotes } from '../../core/actuator.js';
import { isSettled, type Order, type PointState } from '../../core/containment.js';
import { levelRank } from '../../core/enforcement-point.js';
import { touchesAgent, type HaltScope } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';
import type { AgentLine, PointLine } from '../../core/status.js';
import type { Deps } from '../deps.js';
import type { LeasedPoint } from '../points/lease-ledger.js';

/** Each point as the newest order that waits for it has it, by name and instance. */
export type NewestStates = ReadonlyMap<string, NewestState>;

interface NewestState {
  readonly point: PointState;
  readonly haltId: string;
  readonly waitedSince: Instant | null;
}

/** All that are there, and those that an order still waits for; in no order. The board is drawn while ten thousand answer: hence the loops. */
export function pointLines(deps: Deps, newest: NewestStates): PointLine[] {
  const lines: PointLine[] = [];
  const listed = new Set<string>();
  for (const guard of deps.plane.leases.all()) {
    const name = nameOf(guard);
    listed.add(name);
    lines.push(guardLine(deps, guard, newest.get(name)));
  }
  for (const point of deps.plane.fixtures.expectedBy({ kind: 'all' })) {
    const name = nameOf(point);
    listed.add(name);
    lines.push({
      ...fixedLine(point, newest.get(name)),
      connected: deps.plane.fixtures.isHeardOf(point),
    });
  }
  for (const [name, state] of newest)
    if (!isSettled(state.point) && !listed.has(name)) lines.push(fixedLine(state.point, state));
  return lines;
}

/** The first of them: what may still act, what is draining, what is silent, and then all others. */
export function worstPoints(lines: readonly PointLine[], atMost: number): PointLine[] {
  const levels = new Map<number, PointLine[]>();
  for (const line of lines) {
    const level = badness(line);
    const same = levels.get(level);
    if (same === undefined) levels.set(level, [line]);
    else same.push(line);
  }
  const worst: PointLine[] = [];
  for (const [, same] of [...levels].toSorted(([a], [b]) => b - a))
    if (worst.length < atMost) worst.push(...same.toSorted(byName).slice(0, atMost - worst.length));
  return worst;
}

/** One that a newer order needs no more may be short for an older. */
export function newestStates(orders: readonly Order[]): NewestStates {
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
  const leaseAgeMs = Math.round(plane.leases.silentMs(pointId));
  return lineOf(
    { pointId, agentId, instance, kind: 'guard', connected: connections > 0, leaseAgeMs },
    newest,
  );
}

/** It holds no lease: it is there because the runbooks say so, or because an order still waits for it. */
function fixedLine(
  { pointId, agentId, instance, kind }: Pick<PointLine, 'pointId' | 'agentId' | 'instance' | 'kind'>,
  newest: NewestState | undefined,
): PointLine {
  return lineOf({ pointId, agentId, instance, kind, connected: kind !== 'guard', leaseAgeMs: null }, newest);
}

type Present = Pick<PointLine, 'pointId' | 'agentId' | 'instance' | 'kind' | 'connected' | 'leaseAgeMs'>;

function lineOf(
  { pointId, agentId, instance, kind, connected, leaseAgeMs }: Present,
  newest: NewestState | undefined,
): PointLine {
  return {
    pointId,
    agentId,
    instance,
    kind,
    connected,
    level: newest?.point.level ?? null,
    haltId: newest?.haltId ?? null,
    waitedSince: newest?.waitedSince ?? null,
    settled: newest !== undefined && isSettled(newest.point),
    notes: newest === undefined ? NO_NOTES : actuatorNotes(newest.point),
    leaseAgeMs,
  };
}

const NO_NOTES: readonly string[] = [];

function badness({ level, settled, notes, connected }: PointLine): number {
  const waited = level === null || settled ? 0 : 10 - levelRank(level);
  return waited * 4 + (notes.length > 0 ? 2 : 0) + (connected ? 0 : 1);
}

function byName(a: PointLine, b: PointLine): number {
  return a.agentId < b.agentId || (a.agentId === b.agentId && a.pointId < b.pointId) ? -1 : 1;
}

interface Picture {
  readonly points: readonly PointLine[];
  readonly newest: NewestStates;
  readonly orders: readonly Order[];
}

/** Every agent in one line, worst first. */
export function agentLines(
  { registry }: Pick<Deps, 'registry'>,
  { points, newest, orders }: Picture,
): AgentLine[] {
  const present = groupedByAgent(points);
  const asked = groupedByAgent([...newest.values()].map(({ point }) => point));
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
  const open = asked.filter((point) => !isSettled(point));
  const inPath = points.filter(({ kind }) => kind !== 'actuator');
  const worst = leastAdvanced(open);
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
    lesser: lesserMode(orders),
    blind: inPath.length === 0 && orders.some((order) => isUncovered(order, agentId)),
    worst: worst === undefined ? null : { level: worst.level, kind: worst.kind },
    silentMs: longestSilence(points),
    troubles: [...new Set(points.filter(hasNotes).flatMap(({ notes }) => notes))].slice(0, 5),
  };
}

/** The first of them, where several have come as far. */
function leastAdvanced(points: readonly PointState[]): PointState | undefined {
  let least = points[0];
  for (const point of points)
    if (least !== undefined && levelRank(point.level) < levelRank(least.level)) least = point;
  return least;
}

function longestSilence(points: readonly PointLine[]): number | null {
  let longest: number | null = null;
  for (const { leaseAgeMs } of points)
    if (leaseAgeMs !== null && leaseAgeMs >= (longest ?? 0)) longest = leaseAgeMs;
  return longest;
}

function hasNotes({ notes }: PointLine): boolean {
  return notes.length > 0;
}

/** The stricter of two counts: what one lets through to wait, another refuses. */
function lesserMode(orders: readonly Order[]): AgentLine['lesser'] {
  const modes = orders.filter(({ scope }) => isWhole(scope)).map(({ mode }) => mode);
  return (['degraded', 'hold'] as const).find((mode) => modes.includes(mode)) ?? null;
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
