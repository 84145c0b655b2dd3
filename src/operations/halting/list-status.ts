import { subMinutes } from 'date-fns';
import {
  applyHaltEvent,
  containedNow,
  countAcked,
  isSettled,
  openRequest,
  ordersInForce,
  type Order,
  type Plane,
} from '../../core/containment.js';
import { incidentName, type Instant } from '../../core/ids.js';
import { openMembers, SEVERAL_AGENTS } from '../../core/umbrella.js';
import type { Incident } from '../../core/incident.js';
import {
  POINTS_LISTED,
  type BoardStatus,
  type HaltLine,
  type IncidentLine,
  type Status,
} from '../../core/status.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';
import { readPlane } from './read-plane.js';
import { agentLines, newestStates, pointLines, worstPoints } from './status-points.js';

/** More than anybody reads in one message; the newest are shown. */
const AT_MOST = 50;

/** How things stand: open incidents, halts in force, enforcement points. Changes nothing. */
export async function listStatus(deps: Deps): Promise<Status> {
  const incidents = await openIncidents(deps);
  return { ...(await readBoard(deps)), incidents };
}

/** Orders and points without the incidents: the board is shown anew at every answer of a guard. */
export async function readBoard(deps: Deps): Promise<BoardStatus> {
  const plane = withUnrecorded(deps, await readPlane(deps.store));
  const orders = ordersInForce(plane);
  const newest = newestStates(orders);
  const points = pointLines(deps, newest);
  const guarded = new Set(points.filter(({ connected }) => connected).map(({ agentId }) => agentId));
  const at = deps.now();
  return {
    at,
    epoch: plane.epoch,
    halts: await Promise.all(orders.map((order) => withHeld(deps, haltLine(order, at)))),
    rehearsals: recentRehearsals(plane, at).map((order) => ({ ...haltLine(order, at), ended: order.ended })),
    agents: agentLines(deps, { points, newest, orders }),
    points: worstPoints(points, POINTS_LISTED),
    pointsTotal: points.length,
    unguarded: [...deps.registry.agents.keys()].filter((agentId) => !guarded.has(agentId)),
  };
}

async function withHeld({ store }: Deps, line: HaltLine): Promise<HaltLine> {
  if (line.mode !== 'hold') return line;
  const { held = 0, released = 0 } = await store.countHeldAttempts({ haltId: line.haltId });
  return { ...line, held: { waiting: held, released } };
}

const REHEARSAL_SHOWN_MINUTES = 10;

function recentRehearsals({ orders }: Plane, at: Instant): Order[] {
  const since = subMinutes(at, REHEARSAL_SHOWN_MINUTES).toISOString();
  return [...orders.values()].filter(
    ({ rehearsal, ended }) => rehearsal && (ended === null || ended.at >= since),
  );
}

/** An order stands from the moment it is broadcast, also while it cannot be written. */
function withUnrecorded(deps: Deps, recorded: Plane): Plane {
  const missing = [...deps.plane.orders.unrecorded.values()]
    .map(({ event }) => event)
    .filter(({ data }) => !recorded.orders.has(data.haltId));
  return missing.reduce<Plane>(applyHaltEvent, recorded);
}

async function openIncidents({ store }: Deps): Promise<IncidentLine[]> {
  const rows = await store.incidents({ open: true, sheltered: false, limit: AT_MOST });
  const names = rows.map((row) => incidentName(row.kind, row.number));
  const readings = await Promise.all(names.map((name) => readIncident(store, name)));
  return readings.map(({ incident }) => incidentLine(incident));
}

function incidentLine(incident: Incident): IncidentLine {
  const {
    name,
    kind,
    title,
    severity,
    status,
    isContainmentProven,
    channelId,
    channelName,
    openedAt,
    chain,
  } = incident;
  return {
    name,
    kind,
    title,
    severity,
    status,
    isContainmentProven,
    agent: incident.isUmbrella ? SEVERAL_AGENTS : (incident.agentId ?? incident.agentLabel),
    channelId,
    channelName,
    openedAt,
    commander: incident.roles['incident-commander'] ?? null,
    acknowledgedAt: chain.acknowledgement?.at ?? null,
    umbrella: incident.umbrella?.incident ?? null,
    members: openMembers(incident.members).map((member) => ({
      incident: member.incident,
      agent: member.agent,
    })),
  };
}

function haltLine(order: Order, now: Instant): HaltLine {
  const { haltId, scope, mode, orderedBy, at, incident, points, uncovered, breakGlass, reviewAt } = order;
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
    containedSeconds: containedNow(order)?.seconds ?? null,
    missed: order.missedAt !== null,
    liftRequestedBy: openRequest(order, now)?.by ?? null,
    breakGlass,
    reviewedBy: order.reviewed?.by ?? null,
    reviewAt,
    reviewDue: reviewAt !== null && reviewAt <= now,
  };
}
