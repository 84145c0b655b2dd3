/**
 * The drills' calendar. The store knows of each drill which time comes next; once that time is past, somebody is
 * reminded, also when nobody ran meanwhile. What fails, or is cut off half-way, is done again at the next look.
 */
import { createTask } from 'node-cron';
import { z } from 'zod';
import type { Deps } from '../operations/deps.js';
import { remindDrill } from '../operations/drills/remind-drill.js';
import type { Drill } from '../registry/registry.js';

/** What the store keeps of a drill's calendar; another cron or timezone in the runbook makes it void. */
const Expected = z.object({ cron: z.string(), timezone: z.string(), nextAt: z.iso.datetime() });

interface Calendar {
  readonly drill: Drill;
  /** The first due time after now, as an ISO instant; undefined where the calendar has no more of them. */
  readonly next: () => string | undefined;
}

/**
 * Gives the look at all calendars that the clock is to repeat. A drill whose cron is no cron is logged, once, and
 * takes none of the others with it.
 */
export function drillReminder(deps: Deps): () => Promise<void> {
  const calendars = [...deps.registry.drills.values()].flatMap((drill) => calendarOf(deps, drill));
  return async () => {
    for (const calendar of calendars) await look(deps, calendar);
  };
}

function calendarOf({ log }: Deps, drill: Drill): Calendar[] {
  try {
    const task = createTask(drill.cron, () => undefined, { timezone: drill.timezone });
    return [{ drill, next: () => task.getNextRuns(1)[0]?.toISOString() }];
  } catch (error) {
    log.error({ err: error, drill: drill.id }, 'a drill has no usable calendar: check cron and timezone');
    return [];
  }
}

/** Replicas may look at once: a due time is reminded of by whoever claims it, and all expect the same next one. */
async function look(deps: Deps, { drill, next }: Calendar): Promise<void> {
  const { id, cron, timezone } = drill;
  const setting = `cron:drill-reminder:${id}`;
  const kept = Expected.safeParse(await deps.store.setting(setting)).data;
  const dueAt = kept?.cron === cron && kept.timezone === timezone ? kept.nextAt : undefined;
  if (dueAt !== undefined && dueAt > deps.now()) return;
  if (dueAt !== undefined) await remindDrill(deps, { drillId: id, bucket: bucketOf(dueAt) });
  const nextAt = next();
  if (nextAt === undefined) return;
  await deps.store.transact((tx) => tx.setSetting(setting, { cron, timezone, nextAt }));
}

/** To the minute and without colons, since it becomes part of a surface's key. */
function bucketOf(due: string): string {
  return `${due.slice(0, 16).replace(':', '')}Z`;
}
