/**
 * A drill is an incident of the kind `drill`: same path, same presses, its halts are rehearsals.
 * Its score is the figures of that path against their targets; what was not measured is not a pass.
 */
import { differenceInMilliseconds } from 'date-fns';
import type { ActionClass } from './action-class.js';
import { CONTAINMENT_TARGET_SECONDS, type Order } from './containment.js';
import { gapsOf, mttdForAgents } from './detection-chain.js';
import type { Instant } from './ids.js';
import type { Incident } from './incident.js';
import { DETECTION_TARGET_MS, describeSpan } from './post-mortem/figures.js';
import { missingSteps, requiredSteps } from './rollback-rules.js';
import { budgetState } from './rollback.js';

export interface ScoreLine {
  readonly what: string;
  /** Null where it was not measured, or there is nothing to measure it against. */
  readonly met: boolean | null;
  readonly figure: string;
}

export interface DrillScore {
  readonly incident: string;
  readonly lines: readonly ScoreLine[];
}

export interface Scored {
  readonly incident: Incident;
  readonly orders: readonly Order[];
  readonly profiles: ReadonlyMap<string, ActionClass>;
  /** What the tripwire's route allows between page and acknowledgement. */
  readonly acknowledgeWithinMinutes: number;
  readonly now: Instant;
}

export function scoreOf(scored: Scored): DrillScore {
  return {
    incident: scored.incident.name,
    lines: [...detection(scored), halting(scored), ...rollback(scored)],
  };
}

function detection({ incident: { chain }, acknowledgeWithinMinutes }: Scored): ScoreLine[] {
  const mttd = mttdForAgents(chain);
  const gaps = gapsOf(chain).map(({ name, ms }): ScoreLine => {
    const allowed = name === 'response' ? acknowledgeWithinMinutes * 60_000 : null;
    return { what: `The ${name} gap${target(allowed)}`, ...judged(ms, allowed) };
  });
  return [
    { what: `MTTD-for-Agents${target(DETECTION_TARGET_MS)}`, ...judged(mttd, DETECTION_TARGET_MS) },
    ...gaps,
  ];
}

function target(ms: number | null): string {
  return ms === null ? '' : ` (within ${describeSpan(ms)})`;
}

function judged(ms: number | null, allowed: number | null): Pick<ScoreLine, 'met' | 'figure'> {
  if (ms === null) return { met: null, figure: 'unknown' };
  return { met: allowed === null || ms < 0 ? null : ms <= allowed, figure: describeSpan(ms) };
}

/** From confirmed harm to the first order: the part of the thirty seconds that people take. */
function halting({ incident, orders }: Scored): ScoreLine {
  const allowed = CONTAINMENT_TARGET_SECONDS * 1000;
  const what = `Confirmed harm to the order to halt${target(allowed)}`;
  const first = orders.map(({ at }) => at).toSorted()[0];
  if (first === undefined) return { what, met: false, figure: 'no halt was ordered' };
  if (incident.harmConfirmedAt === null) return { what, met: null, figure: 'harm was not confirmed' };
  const ms = differenceInMilliseconds(first, incident.harmConfirmedAt);
  return ms < 0
    ? { what, met: true, figure: `${describeSpan(-ms)} before it was confirmed` }
    : { what, ...judged(ms, allowed) };
}

function rollback(scored: Scored): ScoreLine[] {
  const { incident, profiles } = scored;
  const known = incident.checklists.flatMap((checklist) => {
    const profile = profiles.get(checklist.actionClass);
    return profile === undefined ? [] : [{ checklist, profile }];
  });
  if (known.length === 0)
    return [{ what: 'Rollback steps done', met: null, figure: 'no checklist was opened' }];
  const total = known.reduce(
    (sum, { checklist, profile }) => sum + requiredSteps(checklist, profile).length,
    0,
  );
  const missing = known.reduce(
    (sum, { checklist, profile }) => sum + missingSteps(checklist, profile).length,
    0,
  );
  const verified = known.filter(({ checklist }) => checklist.verified !== null).length;
  const percent = total === 0 ? 100 : Math.floor(((total - missing) / total) * 100);
  return [
    {
      what: 'Rollback steps done (all)',
      met: missing === 0,
      figure: `${percent} % (${total - missing} of ${total})`,
    },
    {
      what: 'Rollback verified (every class)',
      met: verified === known.length,
      figure: `${verified} of ${known.length}`,
    },
    budgets(scored),
  ];
}

function budgets({ incident, profiles, now }: Scored): ScoreLine {
  const states = incident.checklists.flatMap((checklist) =>
    (profiles.get(checklist.actionClass)?.budgets ?? []).flatMap(
      (budget) => budgetState(checklist, budget, now) ?? [],
    ),
  );
  const what = 'Time budgets kept (all)';
  if (states.length === 0) return { what, met: null, figure: 'no clock was started' };
  const kept = states.filter(({ percentSpent }) => percentSpent <= 100).length;
  const running = states.some(({ stoppedAt }) => stoppedAt === null);
  return {
    what,
    met: kept < states.length ? false : running ? null : true,
    figure: `${kept} of ${states.length}${running ? ', some still running' : ''}`,
  };
}
