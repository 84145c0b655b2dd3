import type { Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';
import { takeIn } from './alert-intake.js';
import type { AlertOutcome } from './alert-outcome.js';
import type { Deps } from '../deps.js';
import { orderByTripwire } from '../halting/order-by-tripwire.js';

export type { AlertOutcome } from './alert-outcome.js';

export interface TakeAlert {
  readonly alerts: readonly Alert[];
  readonly actor: Actor;
  /** What the tripwire's own rule says it may do; the route's mode where left out. */
  readonly mode?: 'page' | 'halt';
}

/**
 * Has each alert stored and then stops what it is about, where its tripwire may. DomainError `unavailable` where more
 * come than can be stored: then nothing of it was taken.
 */
export async function takeAlert(deps: Deps, { alerts, actor, mode }: TakeAlert): Promise<AlertOutcome[]> {
  const outcomes = await takeIn(
    deps,
    alerts.map((alert) => ({ alert, actor })),
  );
  if (outcomes.some(isNews)) deps.wake();
  for (const [index, outcome] of outcomes.entries()) {
    const alert = alerts[index];
    if (alert !== undefined) await stopWhatFired(deps, { alert, mode }, outcome);
  }
  return outcomes;
}

/** Is there something to be delivered? What repeats itself is counted, and shown in its own time. */
function isNews({ incident, outcome }: AlertOutcome): boolean {
  return incident !== null && outcome !== 'repeated';
}

/** The alert is stored and people are paged by now, whatever becomes of the halt. */
async function stopWhatFired(
  deps: Deps,
  { alert, mode }: { readonly alert: Alert; readonly mode: TakeAlert['mode'] },
  { outcome, incident }: AlertOutcome,
): Promise<void> {
  if (incident === null || (outcome !== 'opened' && outcome !== 'joined')) return;
  try {
    await orderByTripwire(deps, { alert, incident, justOpened: outcome === 'opened', mode });
  } catch (error) {
    deps.log.error({ err: error, incident }, 'a tripwire could not order its halt: people have been paged');
  }
}
