import type { Actor } from '../../core/actor.js';
import { parseIncidentName } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { PagerReport } from '../../core/pager-report.js';
import type { Reader } from '../../store/types.js';
import { acknowledgeFromPager } from './acknowledge-from-pager.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';
import { sharePageIn } from '../alerts/share-with-members.js';

/** What became of what a pager said. */
export interface ReportOutcome {
  readonly reference: string;
  readonly incident: string | null;
  /** page, acknowledgement: now a link of the chain. known: it was already. noted: it changes nothing here. */
  readonly outcome: 'page' | 'acknowledgement' | 'known' | 'noted';
}

/** Puts what a pager says of its own course on the incident it is about, at the time it has there. */
export async function recordPagerReport(
  deps: Deps,
  { report, actor }: { readonly report: PagerReport; readonly actor: Actor },
): Promise<ReportOutcome> {
  const incident = await incidentOf(deps.store, report);
  const tell = (outcome: ReportOutcome['outcome']): ReportOutcome => ({
    reference: report.reference,
    incident,
    outcome,
  });
  if (incident === null) return tell('noted');
  const { pager, at, agent: by } = report;
  switch (report.news) {
    case 'triggered':
      return tell((await pageTaken(deps, { incident, report, actor })) ? 'page' : 'known');
    case 'acknowledged': {
      const taken = await acknowledgeFromPager(deps, { incident, pager, at, by });
      if (taken === null) return tell('noted');
      return tell(taken.first ? 'acknowledgement' : 'known');
    }
    case 'unacknowledged':
    case 'escalated':
    case 'delegated':
    case 'reassigned':
    case 'resolved':
    case 'reopened':
    case 'priority-updated':
      deps.log.info({ pager, incident, news: report.news }, 'a pager said what became of a page');
      return tell('noted');
  }
}

/** By our own name where the pager carries it, else by an alert that we know. Null for anybody else's incident. */
async function incidentOf(store: Reader, { incident, dedupKeys }: PagerReport): Promise<string | null> {
  if (incident !== null) return (await exists(store, incident)) ? incident : null;
  for (const key of dedupKeys) {
    const alert = await store.alert(key);
    if (alert !== undefined) return alert.incident;
  }
  return null;
}

async function exists(store: Reader, name: string): Promise<boolean> {
  const parsed = parseIncidentName(name);
  return parsed !== undefined && (await store.incident(parsed.kind, parsed.number)) !== undefined;
}

/** The pager's own word that it pages; of what it took from us, its answer has told us before. */
async function pageTaken(
  deps: Deps,
  { incident: name, report, actor }: { incident: string; report: PagerReport; actor: Actor },
): Promise<boolean> {
  const { pager, reference } = report;
  const taken = await deps.store.transact(async (tx) => {
    const recordedAt = deps.now();
    const { incident } = await readIncident(tx, name);
    if (incident.pagers.some((each) => each.pager === pager && each.toldAt !== null)) return false;
    // Their clock may be ahead of ours: what has been heard of cannot lie ahead.
    const at = report.at < recordedAt ? report.at : recordedAt;
    const event: IncidentEvent = {
      type: 'pager:accepted',
      data: { pager, verb: 'trigger', pageId: null, at },
    };
    const idempotencyKey = `pager:triggered:${pager}:${reference}:${name}`;
    const added = await appendToIncident(tx, {
      incident: name,
      events: [event],
      actor,
      at: recordedAt,
      occurredAt: at,
      idempotencyKey,
    });
    if (added) await sharePageIn(tx, { umbrella: name, at });
    return added;
  });
  if (taken) deps.wake();
  return taken;
}
