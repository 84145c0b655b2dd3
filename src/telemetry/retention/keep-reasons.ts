import type { PurgeReport } from '../../core/retention.js';
import type { Act, OldGap, OldRecord, PurgeTable } from './purge-table.js';

/** Why something older than the ordinary time is kept. An incident counts first. */
export type KeepReason = keyof PurgeReport['kept'];

/** What keeps something; null where nothing does. */
export interface KeepReasons {
  ofRecord(record: OldRecord): KeepReason | null;
  ofTrace(traceId: string, lastMs: number): KeepReason | null;
  ofGap(gap: OldGap): KeepReason | null;
}

/** Traces whose answer is remembered: records of one come one after the other. */
const REMEMBERED = 1_000;

/**
 * A trace is kept as a whole: by what keeps any of the acts in it. And an act is kept as a whole: checks, spans and events
 * that bear one id are kept by what keeps any of them, though they be another agent's or in another trace.
 */
export function keepReasons(table: PurgeTable, report: PurgeReport): KeepReasons {
  const heldTraces = table.heldTraces();
  const { isHeld, isFinancial } = keepers(table, report);
  const reasonOf = (acts: readonly Pick<Act, 'agent' | 'fromMs' | 'toMs'>[]): KeepReason | null => {
    if (acts.some(isHeld)) return 'incident';
    return acts.some(isFinancial) ? 'financial' : null;
  };
  const directly = remembering((traceId) =>
    heldTraces.has(traceId) ? 'incident' : reasonOf(table.actsOf(traceId)),
  );
  const ofAction = remembering((actionId) => {
    const acts = table.actsUnder(actionId);
    const traces = new Set(acts.flatMap(({ traceId }) => traceId ?? []));
    return strongest([reasonOf(acts), ...[...traces].map(directly)]);
  });
  const ofTrace = remembering((traceId) => {
    const ids = new Set(table.actsOf(traceId).flatMap(({ actionId }) => actionId ?? []));
    return directly(traceId) === 'incident'
      ? 'incident'
      : strongest([directly(traceId), ...[...ids].map(ofAction)]);
  });
  return {
    ofRecord: ({ agent, atMs, traceId, actionId }) =>
      strongest([
        reasonOf([{ agent, fromMs: atMs, toMs: atMs }]),
        traceId === null ? null : ofTrace(traceId),
        actionId === null ? null : ofAction(actionId),
      ]),
    /** Of a trace of which nobody has told nobody knows the agent: what holds everybody's holds it. */
    ofTrace: (traceId, lastMs) =>
      strongest([ofTrace(traceId), isHeld({ agent: '', fromMs: lastMs, toMs: lastMs }) ? 'incident' : null]),
    ofGap: (gap) => reasonOf([gap]),
  };
}

type During = Pick<Act, 'agent' | 'fromMs' | 'toMs'>;

function keepers(table: PurgeTable, { financialSinceMs }: PurgeReport) {
  const holds = table.holds();
  const financial = table.financial();
  return {
    isHeld: ({ agent, fromMs: begins, toMs: ends }: During): boolean =>
      holds.some(
        ({ agentId, fromMs, toMs }) =>
          (agentId === null || agentId === agent) && ends >= fromMs && (toMs === null || begins <= toMs),
      ),
    isFinancial: ({ agent, toMs }: During): boolean => financial.has(agent) && toMs >= financialSinceMs,
  };
}

function strongest(reasons: readonly (KeepReason | null)[]): KeepReason | null {
  if (reasons.includes('incident')) return 'incident';
  return reasons.includes('financial') ? 'financial' : null;
}

function remembering(judge: (id: string) => KeepReason | null): (id: string) => KeepReason | null {
  const remembered = new Map<string, KeepReason | null>();
  return (id) => {
    const known = remembered.get(id);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const reason = judge(id);
    remembered.set(id, reason);
    return reason;
  };
}
