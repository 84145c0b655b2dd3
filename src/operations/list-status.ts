import {
  applyHaltEvent,
  countAcked,
  isContained,
  isSettled,
  ordersInForce,
  type Order,
  type Plane,
} from '../core/containment.js';
import { incidentName } from '../core/ids.js';
import type { Incident } from '../core/incident.js';
import type { HaltLine, IncidentLine, PointLine, Status } from '../core/status.js';
import type { Deps } from './deps.js';
import type { LeasedPoint } from './lease-ledger.js';
import { readIncident } from './read-incident.js';
import { readPlane } from './read-plane.js';

/** More than anybody reads in one message; the newest are shown. */
const AT_MOST = 50;

/** How things stand: open incidents, halts in force, enforcement points. Changes nothing. */
export async function listStatus(deps: Deps): Promise<Status> {
  const incidents = await openIncidents(deps);
  const plane = withUnrecorded(deps, await readPlane(deps.store));
  const orders = ordersInForce(plane);
  const points = deps.plane.leases.all();
  const guarded = new Set(points.filter(isConnected).map(({ agentId }) => agentId));
  return {
    at: deps.now(),
    epoch: plane.epoch,
    incidents,
    halts: orders.map(haltLine),
    points: points.map((point) => pointLine(deps, point, orders)),
    unguarded: [...deps.registry.agents.keys()].filter((agentId) => !guarded.has(agentId)),
  };
}

/** An order stands from the moment it is broadcast, also while it cannot be written. */
function withUnrecorded(deps: Deps, recorded: Plane): Plane {
  const missing = [...deps.plane.orders.unrecorded.values()]
    .map(({ event }) => event)
    .filter(({ data }) => !recorded.orders.has(data.haltId));
  return missing.reduce<Plane>(applyHaltEvent, recorded);
}

async function openIncidents({ store }: Deps): Promise<IncidentLine[]> {
  const rows = await store.incidents({ open: true, limit: AT_MOST });
  const names = rows.map((row) => incidentName(row.kind, row.number));
  const readings = await Promise.all(names.map((name) => readIncident(store, name)));
  return readings.map(({ incident }) => incidentLine(incident));
}

function incidentLine(incident: Incident): IncidentLine {
  const { name, kind, title, severity, status, channelId, channelName, openedAt, chain } = incident;
  return {
    name,
    kind,
    title,
    severity,
    status,
    agent: incident.agentId ?? incident.agentLabel,
    channelId,
    channelName,
    openedAt,
    commander: incident.roles['incident-commander'] ?? null,
    acknowledgedAt: chain.acknowledgement?.at ?? null,
  };
}

function haltLine(order: Order): HaltLine {
  const { haltId, scope, mode, orderedBy, at, incident, points, uncovered } = order;
  return {
    haltId,
    scope,
    mode,
    orderedBy,
    at,
    incident,
    expected: points.length,
    received: countAcked(order, 'received'),
    enforced: countAcked(order, 'enforced'),
    quiesced: countAcked(order, 'quiesced'),
    settled: points.filter(isSettled).length,
    uncovered,
    containedSeconds: isContained(order) ? (order.contained?.seconds ?? null) : null,
    liftRequestedBy: order.liftRequest?.by ?? null,
  };
}

/** From memory, not from the store: that is written when a point comes and goes, not at each heartbeat. */
function pointLine({ plane }: Deps, point: LeasedPoint, orders: readonly Order[]): PointLine {
  const { pointId, agentId, instance } = point;
  const expected = orders.flatMap((order) => order.points.find((each) => each.pointId === pointId) ?? []);
  return {
    pointId,
    agentId,
    instance,
    connected: isConnected(point),
    level: expected.at(-1)?.level ?? null,
    leaseAgeMs: Math.round(plane.leases.silentMs(pointId)),
  };
}

function isConnected({ connections }: LeasedPoint): boolean {
  return connections > 0;
}
