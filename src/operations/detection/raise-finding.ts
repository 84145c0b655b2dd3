import { systemActor, type Actor } from '../../core/actor.js';
import type { Alert } from '../../core/alert.js';
import { TRIPWIRE_STREAM, type TripwireEvent } from '../../core/tripwire-events.js';
import type { Finding } from '../../core/tripwire/finding.js';
import { addWarningChartIn } from './add-chart.js';
import type { Deps } from '../deps.js';
import { orderByTripwire } from '../halting/order-by-tripwire.js';
import { readPlane } from '../halting/read-plane.js';
import { takeAlert } from '../alerts/take-alert.js';

/**
 * Does what a finding's mode says: shadow is in telemetry's own record already, warn tells, page opens an incident, halt
 * stops the narrowest thing besides. Resolves once that is durable; the same finding twice does it once.
 */
export async function raiseFinding(deps: Deps, finding: Finding): Promise<void> {
  const { mode, rule, agentId } = finding;
  deps.log.info({ mode, rule, agentId }, 'a tripwire fired');
  switch (mode) {
    case 'shadow':
      return;
    case 'warn':
      return warn(deps, finding);
    case 'page':
    case 'halt':
      return page(deps, finding, mode);
  }
}

/** Told where incidents are announced; nobody is paged. */
async function warn(deps: Deps, finding: Finding): Promise<void> {
  const { tripwire, rule, agentId, tool, dedupKey, sentence, chart } = finding;
  const firedAt = instantOf(finding.firedAtMs);
  const event: TripwireEvent = {
    type: 'tripwire:warned',
    data: { tripwire, rule, agentId, tool, dedupKey, firedAt, chart },
    private: { sentence },
  };
  const target = deps.settings.announceChannel;
  await deps.store.transact(async (tx) => {
    const isNew = await tx.append({
      stream: TRIPWIRE_STREAM,
      events: [event],
      actor: actorOf(finding),
      occurredAt: firedAt,
      recordedAt: deps.now(),
      idempotencyKey: `tripwire:warned:${dedupKey}`,
    });
    if (!isNew || target === null) return;
    const key = `tripwire-warning:${dedupKey}`;
    await tx.touchSurface({ key, kind: 'tripwire-warning', lane: 'bulk', incident: null, target });
    await addWarningChartIn(tx, finding);
  });
  deps.wake();
}

async function page(deps: Deps, finding: Finding, mode: 'page' | 'halt'): Promise<void> {
  const alert = alertOf(finding);
  const [taken] = await takeAlert(deps, { alerts: [alert], actor: actorOf(finding), mode });
  if (taken === undefined || taken.outcome === 'failed')
    throw new Error('the alert of a tripwire could not be stored');
  const { outcome, incident } = taken;
  if (mode !== 'halt' || outcome !== 'repeated' || incident === null) return;
  // Stored before the process died, or before its order could be: never a second, wider one for the same finding.
  if (await isOrdered(deps, incident, alert)) return;
  await orderByTripwire(deps, { alert, incident, justOpened: false, mode });
}

async function isOrdered({ store }: Deps, incident: string, { startsAt }: Alert): Promise<boolean> {
  const { orders } = await readPlane(store);
  return [...orders.values()].some(
    (order) => order.incident === incident && order.orderedBy.startsWith('tripwire:') && order.at >= startsAt,
  );
}

function actorOf({ tripwire }: Finding): Actor {
  return systemActor(`tripwire:${tripwire}`);
}

/** Where our own wires' alerts come from. */
const SOURCE = 'haltline';

function alertOf(finding: Finding): Alert {
  const { tripwire, rule, agentId, tool, actionClass, sentence, dedupKey, actionIds, traceIds } = finding;
  return {
    source: SOURCE,
    dedupKey,
    status: 'firing',
    startsAt: instantOf(finding.firedAtMs),
    actionAt: instantOrNull(finding.actionAtMs),
    signalAt: instantOrNull(finding.signalAtMs),
    agentId,
    tool,
    actionClass,
    tripwire,
    title: sentence,
    summary: [`Rule ${rule}.`, ...listed('Actions', actionIds), ...listed('Traces', traceIds)].join(' '),
    link: null,
    labels: { rule },
    ...(actionIds.length > 0 && { actionIds: [...actionIds] }),
    ...(finding.chart !== null && { chart: finding.chart }),
  };
}

function listed(what: string, ids: readonly string[]): string[] {
  return ids.length === 0 ? [] : [`${what}: ${ids.join(', ')}.`];
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instantOf(ms);
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}
