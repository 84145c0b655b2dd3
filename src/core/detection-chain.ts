/**
 * The detection chain (RES-003, phase 4): Action → Signal → Trigger → Page → Acknowledgement. Each link is a
 * moment with a source, or honestly unknown; each gap between neighbours is a root cause of its own.
 */
import { differenceInMilliseconds } from 'date-fns';
import { z } from 'zod';
import type { Instant } from './ids.js';

export const LINKS = ['action', 'signal', 'trigger', 'page', 'acknowledgement'] as const;
export const LinkName = z.enum(LINKS);
export type LinkName = z.infer<typeof LinkName>;

/** When a link happened, who recorded it and what says so. */
export interface Link {
  readonly at: Instant;
  readonly recordedBy: string;
  readonly source: string;
  /** What a pager calls the person behind it, whose id there says nothing to us; erased with other names. */
  readonly by?: string | undefined;
}

export type DetectionChain = Readonly<Record<LinkName, Link | null>>;

export const EMPTY_CHAIN: DetectionChain = {
  action: null,
  signal: null,
  trigger: null,
  page: null,
  acknowledgement: null,
};

/** A link once known stays: what is heard later of the same changes nothing. */
export function withLink(chain: DetectionChain, name: LinkName, link: Link): DetectionChain {
  return chain[name] === null ? { ...chain, [name]: link } : chain;
}

/** What a long gap says about us, by the two links that enclose it (RES-003 phase 4). */
export const GAPS = [
  { name: 'instrumentation', from: 'action', to: 'signal', points: 'missing instrumentation' },
  { name: 'tripwire', from: 'signal', to: 'trigger', points: 'a tripwire that did not fire, or fired late' },
  { name: 'paging', from: 'trigger', to: 'page', points: 'routing and delivery of the page' },
  { name: 'response', from: 'page', to: 'acknowledgement', points: 'alerting hygiene and the rota' },
] as const satisfies readonly { name: string; from: LinkName; to: LinkName; points: string }[];

export interface Gap {
  readonly name: (typeof GAPS)[number]['name'];
  readonly from: LinkName;
  readonly to: LinkName;
  readonly points: string;
  /** Milliseconds; null where either end is unknown. Negative when the recorded times contradict each other. */
  readonly ms: number | null;
}

/** The four gaps in order. A gap with an unknown end is unknown, never zero. */
export function gapsOf(chain: DetectionChain): Gap[] {
  return GAPS.map((gap) => ({ ...gap, ms: between(chain[gap.from], chain[gap.to]) }));
}

/** The gap to close first; undefined while no gap is known. */
export function largestGap(chain: DetectionChain): (Gap & { ms: number }) | undefined {
  return gapsOf(chain)
    .filter((gap): gap is Gap & { ms: number } => gap.ms !== null)
    .reduce<(Gap & { ms: number }) | undefined>(
      (largest, gap) => (largest === undefined || gap.ms > largest.ms ? gap : largest),
      undefined,
    );
}

/** MTTD-for-Agents of this incident: Action to Acknowledgement, in milliseconds; null while either is unknown. */
export function mttdForAgents(chain: DetectionChain): number | null {
  return between(chain.action, chain.acknowledgement);
}

/** The industry's own figures beside ours: start → detection, and alert → acknowledgement. */
export function standardFigures(chain: DetectionChain): { mttdMs: number | null; mttaMs: number | null } {
  return {
    mttdMs: between(chain.action, chain.trigger),
    mttaMs: between(chain.page, chain.acknowledgement),
  };
}

function between(from: Link | null, to: Link | null): number | null {
  return from === null || to === null ? null : differenceInMilliseconds(to.at, from.at);
}
