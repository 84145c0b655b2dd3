import { systemActor } from '../../core/actor.js';
import type { PurgeReport } from '../../core/retention.js';
import { TELEMETRY_STREAM, type TelemetryEvent } from '../../core/telemetry-events.js';
import type { Telemetry } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { readHolds } from './read-holds.js';

/**
 * Has telemetry delete what is older than its time, and journals what was deleted and what was kept, and why. Nothing is
 * deleted unless all holds could be read. Called often; works once a day, and goes on where it was broken off.
 */
export async function purgeTelemetry(
  deps: Deps,
  telemetry: Pick<Telemetry, 'purge' | 'purgeReported'>,
): Promise<PurgeReport | null> {
  const holds = await readHolds(deps);
  const report = await telemetry.purge({ nowMs: Date.parse(deps.now()), holds });
  if (report === null) return null;
  const at = deps.now();
  await deps.store.transact((tx) =>
    tx.append({
      stream: TELEMETRY_STREAM,
      events: [eventOf(report)],
      actor: systemActor('retention'),
      occurredAt: at,
      recordedAt: at,
      idempotencyKey: `telemetry:purged:${report.day}`,
    }),
  );
  await telemetry.purgeReported(report.id);
  const { deleted, kept } = report;
  deps.log.info({ deleted, kept }, 'old telemetry was deleted');
  return report;
}

/** The same, for who calls often: once the day has had its purge, nothing is read until the next. */
export function telemetryPurger(
  deps: Deps,
  telemetry: Pick<Telemetry, 'purge' | 'purgeReported'>,
): () => Promise<void> {
  let doneDay = '';
  return async () => {
    const day = deps.now().slice(0, 'YYYY-MM-DD'.length);
    if (day === doneDay) return;
    if ((await purgeTelemetry(deps, telemetry)) === null) doneDay = day;
  };
}

function eventOf({
  day,
  keptSinceMs,
  financialSinceMs,
  deleted,
  kept,
  holds,
  ...report
}: PurgeReport): TelemetryEvent {
  return {
    type: 'telemetry:purged',
    data: {
      day,
      keptSince: instantOf(keptSinceMs),
      financialSince: instantOf(financialSinceMs),
      deleted,
      oldestDeleted: instantOrNull(report.oldestDeletedMs),
      newestDeleted: instantOrNull(report.newestDeletedMs),
      kept,
      oldestKept: instantOrNull(report.oldestKeptMs),
      holds,
    },
  };
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instantOf(ms);
}

function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}
