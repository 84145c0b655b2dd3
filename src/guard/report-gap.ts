/** Reports that were lost, told in their place: what is missing is never taken for nothing. */
import type { Report } from './report.js';

export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lost: number;
}

/** Both as one; undefined where there is neither. */
export function joined(a: Gap | undefined, b: Gap | undefined): Gap | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs), lost: a.lost + b.lost };
}

export function gapReport(agentId: string, gap: Gap | undefined): Report[] {
  if (gap === undefined) return [];
  const [from, to] = [new Date(gap.fromMs).toISOString(), new Date(gap.toMs).toISOString()];
  return [{ kind: 'gap', agentId, from, to, lost: gap.lost }];
}
