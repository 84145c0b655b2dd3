import type { PurgeReport } from '../../core/retention.js';
import type { OldGap, OldRecord, PurgeTable } from './purge-table.js';

/** Why something older than the ordinary time is kept. An incident counts first. */
export type KeepReason = keyof PurgeReport['kept'];

/** What keeps something; null where nothing does. */
export interface KeepReasons {
  ofRecord(record: OldRecord): KeepReason | null;
  ofTrace(traceId: string, lastMs: number): KeepReason | null;
  ofGap(gap: OldGap): KeepReason | null;
}

interface Act {
  readonly agent: string;
  readonly atMs: number;
}

/** Traces whose answer is remembered: records of one come one after the other. */
const REMEMBERED = 1_000;

/** A trace is kept as a whole: by what keeps any of the acts in it. */
export function keepReasons(table: PurgeTable, { financialSinceMs }: PurgeReport): KeepReasons {
  const holds = table.holds();
  const heldTraces = table.heldTraces();
  const financial = table.financial();
  const remembered = new Map<string, KeepReason | null>();

  const isHeldDuring = ({ agent, fromMs: begins, toMs: ends }: Omit<OldGap, 'id'>): boolean =>
    holds.some(
      ({ agentId, fromMs, toMs }) =>
        (agentId === null || agentId === agent) && ends >= fromMs && (toMs === null || begins <= toMs),
    );
  const isHeld = ({ agent, atMs }: Act): boolean => isHeldDuring({ agent, fromMs: atMs, toMs: atMs });
  const isFinancial = ({ agent, atMs }: Act): boolean => financial.has(agent) && atMs >= financialSinceMs;

  function ofTrace(traceId: string): KeepReason | null {
    const known = remembered.get(traceId);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const reason = judge(traceId);
    remembered.set(traceId, reason);
    return reason;
  }

  function judge(traceId: string): KeepReason | null {
    if (heldTraces.has(traceId)) return 'incident';
    const acts = table.actsOf(traceId);
    if (acts.some(isHeld)) return 'incident';
    return acts.some(isFinancial) ? 'financial' : null;
  }

  return {
    ofRecord(record) {
      const { traceId } = record;
      if (isHeld(record)) return 'incident';
      const ofItsTrace = traceId === null ? null : ofTrace(traceId);
      return ofItsTrace ?? (isFinancial(record) ? 'financial' : null);
    },
    /** Of a trace without records nobody knows the agent: what holds everybody's holds it. */
    ofTrace: (traceId, lastMs) =>
      ofTrace(traceId) ?? (isHeld({ agent: '', atMs: lastMs }) ? 'incident' : null),
    ofGap: (gap) => {
      if (isHeldDuring(gap)) return 'incident';
      return isFinancial({ agent: gap.agent, atMs: gap.toMs }) ? 'financial' : null;
    },
  };
}
