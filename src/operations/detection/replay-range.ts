/** Which time, and whose, a replay looks at. */
import { subHours } from 'date-fns';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import type { IncidentPeriod } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { incidentPeriods } from '../incidents/exclude-incidents.js';
import { readWholePlane } from '../halting/read-plane.js';
import { haltedPeriods, ordersThatStop } from '../incidents/halted-periods.js';

export interface ReplayRange {
  readonly from: Instant;
  readonly to: Instant;
  /** null for all agents. */
  readonly agentId: string | null;
}

/** The wires look so far ahead of the act: what was caught is seldom the first of it. */
const HOURS_BEFORE = 24;

/** From a day before the act (or the opening, where no act is known) to the closing, or now. */
export function rangeOfIncident(incident: Incident, now: Instant): ReplayRange {
  const { chain, openedAt, closedAt } = incident;
  const began = Math.min(Date.parse(chain.action?.at ?? openedAt), Date.parse(openedAt));
  return {
    from: subHours(began, HOURS_BEFORE).toISOString(),
    to: closedAt ?? now,
    agentId: agentOf(incident),
  };
}

/** The agent of an incident, registered or not; DomainError where it is about none. */
export function agentOf({ name, agentId, agentLabel }: Incident): string {
  const agent = agentId ?? agentLabel;
  if (agent === null)
    throw new DomainError('invalid-input', `${name} is about no agent: name one, and from when to when.`);
  return agent;
}

/** What counts as usual leaves out halts and incidents, but for the one that is asked about: nobody knew of it yet. */
export async function periodsFor(
  deps: Deps,
  { from, to, agentId }: ReplayRange,
  besides: string | null,
): Promise<IncidentPeriod[]> {
  const [fromMs, toMs] = [Date.parse(from) - LOOKED_BACK_MS, Date.parse(to)];
  const ofAgent = ordersThatStop(await readWholePlane(deps.store))
    .flatMap((order) => haltedPeriods(deps.registry, order))
    .filter((period) => agentId === null || period.agentId === agentId);
  const periods = [...(await incidentPeriods(deps, agentId)), ...ofAgent];
  return periods.filter(
    (period) =>
      period.incident !== besides &&
      period.fromMs < toMs &&
      (period.toMs ?? Number.POSITIVE_INFINITY) > fromMs,
  );
}

/** A week, and the day that clocks may be wrong by. */
const LOOKED_BACK_MS = 8 * 86_400_000;
