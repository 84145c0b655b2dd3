import type { Actor } from '../../core/actor.js';
import { parseIncidentName } from '../../core/ids.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { Incident } from '../../core/incident.js';
import { isKeyOfAnother, type PagerReport } from '../../core/pager-report.js';
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
  const incident = await incidentOf(deps, report);
  const tell = (outcome: ReportOutcome['outcome']): ReportOutcome => ({
    reference: report.reference,
    incident,
    outcome,
  });
  if (incident === null) return tell('noted');
  const told = { incident, report, actor };
  switch (report.news) {
    case 'triggered':
      return tell((await pageTaken(deps, told)) ? 'page' : 'known');
    case 'acknowledged':
      return tell(await acknowledged(deps, told));
    case 'unacknowledged':
    case 'escalated':
    case 'delegated':
    case 'reassigned':
    case 'resolved':
    case 'reopened':
    case 'priority-updated':
      await keepReport(deps, told);
      return tell('noted');
  }
}

/** A report, and the incident that it is about. */
interface Told {
  readonly incident: string;
  readonly report: PagerReport;
  readonly actor: Actor;
}

/** Whoever answered there after somebody had answered here is not forgotten: their clock may say that they were first. */
async function acknowledged(deps: Deps, told: Told): Promise<ReportOutcome['outcome']> {
  const { incident, report } = told;
  const { pager, at, agent: by } = report;
  const taken = await acknowledgeFromPager(deps, { incident, pager, at, by });
  if (taken === null) return 'noted';
  if (taken.first) return 'acknowledgement';
  if (by !== null && taken.at !== at) await keepReport(deps, told);
  return 'known';
}

/** On the timeline, at the time it has there; the incident here goes its own way. */
async function keepReport(deps: Deps, { incident, report, actor }: Told): Promise<void> {
  const { pager, news, reference, agent: by } = report;
  const recordedAt = deps.now();
  const at = report.at < recordedAt ? report.at : recordedAt;
  const event: IncidentEvent = {
    type: 'pager:reported',
    data: { pager, news, at },
    private: by === null ? null : { by: by.name },
  };
  await deps.store.transact(async (tx) => {
    // Our own word that it is closed comes back as news.
    if ((await readIncident(tx, incident)).incident.closedAt !== null) return;
    await appendToIncident(tx, {
      incident,
      events: [event],
      actor,
      at: recordedAt,
      occurredAt: at,
      idempotencyKey: `pager:reported:${pager}:${reference}:${news}:${report.at}`,
    });
  });
  deps.wake();
}

/** By our own name where the pager carries it, else by an alert that we know. Null for anybody else's incident. */
async function incidentOf({ store, log }: Deps, report: PagerReport): Promise<string | null> {
  const { incident: name, dedupKeys, pager, news } = report;
  if (name !== null) {
    const incident = await namedIn(store, name);
    if (incident === undefined || !isOfAnother(report, incident)) return incident?.name ?? null;
    log.warn(
      { pager, incident: name, news },
      'a pager speaks of an earlier incident of that number, or its clock is off',
    );
    return null;
  }
  for (const key of dedupKeys) {
    const alert = await store.alert(key);
    if (alert !== undefined) return alert.incident;
  }
  return null;
}

async function namedIn(store: Reader, name: string): Promise<Incident | undefined> {
  const parsed = parseIncidentName(name);
  if (parsed === undefined || (await store.incident(parsed.kind, parsed.number)) === undefined)
    return undefined;
  return (await readIncident(store, name)).incident;
}

/** Further apart than clocks are. */
const APART_MS = 5 * 60_000;

/**
 * Numbers come again, at another Haltline that pages the same service, and after a database was made anew or restored: a
 * page that began before its incident is not of this one.
 */
function isOfAnother({ beganAt, dedupKeys }: PagerReport, incident: Incident): boolean {
  if (dedupKeys.some((key) => isKeyOfAnother(key, incident))) return true;
  return beganAt !== null && Date.parse(beganAt) < Date.parse(incident.openedAt) - APART_MS;
}

/** The pager's own word that it pages; of what it took from us, its answer has told us before. */
async function pageTaken(deps: Deps, { incident: name, report, actor }: Told): Promise<boolean> {
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
