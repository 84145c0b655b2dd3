/** Puts what pagers have to be told into the outbox, in the transaction that records why. */
import { z } from 'zod';
import { Instant, parseIncidentName } from '../../core/ids.js';
import { PagerName, PagerVerb } from '../../core/pager.js';
import type { Transaction } from '../../store/types.js';
import type { Deps } from '../deps.js';

export const PAGER_EFFECT = 'pager:tell';

/** One message for one pager, as the outbox keeps it. */
export const PagerJob = z.object({
  pager: PagerName,
  verb: PagerVerb,
  incident: z.string(),
  /** The page that it tells of; null for what is no page. */
  pageId: z.string().nullable(),
  /** When the page was ordered, somebody was on it, or it was closed. */
  at: Instant,
});
export type PagerJob = z.infer<typeof PagerJob>;

export interface TellPagers {
  readonly incident: string;
  readonly verb: PagerVerb;
  readonly at: Instant;
  readonly pageId?: string;
  /** The pager that told us, and need not be told. */
  readonly except?: string | undefined;
}

/** The pagers that pages of an incident go to. A drill wakes nobody but who started it. */
export function pagersFor({ settings }: Deps, incident: string): readonly PagerName[] {
  return parseIncidentName(incident)?.kind === 'incident' ? (settings.pagers ?? []) : [];
}

/** One effect for each pager. They run in the order of their adding, each pager by itself. */
export async function tellPagersIn(tx: Transaction, deps: Deps, tell: TellPagers): Promise<void> {
  const { incident, verb, at, pageId = null, except } = tell;
  for (const pager of pagersFor(deps, incident).filter((each) => each !== except)) {
    await tx.addEffect({
      key: `pager:${pager}:${verb}:${incident}${pageId === null ? '' : `:${pageId}`}`,
      kind: PAGER_EFFECT,
      lane: `pager:${pager}`,
      incident,
      payload: { pager, verb, incident, pageId, at } satisfies PagerJob,
    });
  }
}
