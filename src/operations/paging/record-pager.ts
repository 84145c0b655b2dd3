/** Writes down what a pager made of a message. Each is written once, however often it is reported. */
import { systemActor } from '../../core/actor.js';
import type { IncidentEvent } from '../../core/incident-events.js';
import type { EffectRow, Transaction } from '../../store/types.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { keepPagerHealthIn, readPagerHealth } from './pager-health.js';
import { readIncident } from '../incidents/read-incident.js';
import { sharePageIn } from '../alerts/share-with-members.js';
import type { PagerJob } from './tell-pagers.js';

const PAGER = systemActor('pager');

/** It said yes, at this moment: now, and not before, people have been paged there. */
export async function recordPagerYes(deps: Deps, { key }: EffectRow, job: PagerJob): Promise<void> {
  const { pager, verb, pageId, incident } = job;
  await deps.store.transact(async (tx) => {
    const at = deps.now();
    await appendToIncident(tx, {
      incident,
      events: [{ type: 'pager:accepted', data: { pager, verb, pageId, at } }],
      actor: PAGER,
      at,
      idempotencyKey: `pager:accepted:${key}`,
    });
    await keepPagerHealthIn(tx, deps, { pager, health: { failing: null, lastAcceptedAt: at } });
    if (verb === 'trigger') await sharePageIn(tx, { umbrella: incident, at });
  });
  deps.wake();
}

/** It did not take the message. Says whether this was news, and so was written. */
export async function recordPagerNo(
  deps: Deps,
  effect: EffectRow,
  { job, error, final }: { readonly job: PagerJob; readonly error: string; readonly final: boolean },
): Promise<void> {
  const attempt = effect.attempts + 1;
  const isNews = await deps.store.transact(async (tx) => {
    const at = deps.now();
    const last = await lastTrouble(tx, job);
    const since = last?.since ?? at;
    await keepTrouble(tx, deps, { job, error, since });
    if (!final && last?.error === error && !isPowerOfTwo(attempt)) return false;
    const { pager, verb, pageId } = job;
    const data = { pager, verb, pageId, attempt, error, since, final, at };
    const failed: IncidentEvent = { type: 'pager:failed', data };
    return appendToIncident(tx, {
      incident: job.incident,
      events: [failed],
      actor: PAGER,
      at,
      idempotencyKey: `pager:failed:${effect.key}:${attempt}`,
    });
  });
  if (!isNews) return;
  deps.log.error(
    { pager: job.pager, incident: job.incident, attempt, error },
    'a pager does not take what it is told',
  );
  deps.wake();
}

async function lastTrouble(tx: Transaction, { incident: name, pager, verb }: PagerJob) {
  const { incident } = await readIncident(tx, name);
  const trouble = incident.pagers.find((each) => each.pager === pager)?.failing ?? null;
  return trouble?.verb === verb && !trouble.final ? trouble : null;
}

async function keepTrouble(
  tx: Transaction,
  deps: Deps,
  { job, error, since }: { readonly job: PagerJob; readonly error: string; readonly since: string },
): Promise<void> {
  const { failing, lastAcceptedAt } = await readPagerHealth(tx, job.pager);
  if (failing?.error === error) return;
  const health = {
    failing: { since: failing?.since ?? since, error, incident: job.incident },
    lastAcceptedAt,
  };
  await keepPagerHealthIn(tx, deps, { pager: job.pager, health });
}

function isPowerOfTwo(number: number): boolean {
  return Number.isInteger(Math.log2(number));
}
