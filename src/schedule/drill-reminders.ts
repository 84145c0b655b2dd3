/**
 * The drills' calendar. Before each due time the store knows which one comes next; when a process starts and
 * finds that time in the past, nobody was there to remind, and it does so now, once.
 */
import { createTask, type ScheduledTask, type TaskOptions } from 'node-cron';
import { z } from 'zod';
import type { Deps } from '../operations/deps.js';
import { remindDrill } from '../operations/drills/remind-drill.js';
import type { Drill } from '../registry/registry.js';
import type { Repeating } from './every.js';
import { oncePerBucket } from './once-per-bucket.js';

/** What the store keeps of a drill's calendar; another cron or timezone in the runbook makes it void. */
const Expected = z.object({ cron: z.string(), timezone: z.string(), nextAt: z.iso.datetime() });

/** Starts one cron task a drill. A drill whose cron is no cron is logged and takes none of the others with it. */
export function startDrillReminders(deps: Deps): Repeating {
  const tasks: ScheduledTask[] = [];
  const starting: Promise<void>[] = [];
  for (const drill of deps.registry.drills.values()) {
    try {
      const task = taskFor(deps, drill);
      tasks.push(task);
      starting.push(start(deps, drill, task));
    } catch (error) {
      deps.log.error(
        { err: error, drill: drill.id },
        'a drill has no usable calendar: check cron and timezone',
      );
    }
  }
  return {
    stop: async () => {
      await Promise.all(starting);
      for (const task of tasks) await task.destroy();
    },
  };
}

function taskFor(deps: Deps, drill: Drill): ScheduledTask {
  const remind = async ({ date }: { date: Date }): Promise<void> => {
    await remindOnce(deps, drill, { due: date, job: jobOf(drill) });
    await expectNext(deps, drill, task);
  };
  const task = createTask(drill.cron, remind, {
    name: jobOf(drill),
    timezone: drill.timezone,
    noOverlap: true,
    logger: asCronLogger(deps.log),
  });
  task.on('execution:missed', remind);
  return task;
}

async function start(deps: Deps, drill: Drill, task: ScheduledTask): Promise<void> {
  try {
    await catchUp(deps, drill);
    await expectNext(deps, drill, task);
  } catch (error) {
    deps.log.error({ err: error, drill: drill.id }, 'a drill could not be caught up with');
  }
  await task.start();
}

/** Claimed under a name of its own: whoever claimed the due time itself may have died before reminding. */
async function catchUp(deps: Deps, drill: Drill): Promise<void> {
  const expected = Expected.safeParse(await deps.store.setting(settingOf(drill)));
  if (!expected.success) return;
  const { cron, timezone, nextAt } = expected.data;
  if (cron !== drill.cron || timezone !== drill.timezone || nextAt > deps.now()) return;
  await remindOnce(deps, drill, { due: new Date(nextAt), job: `${jobOf(drill)}:caught-up` });
}

async function remindOnce(deps: Deps, drill: Drill, { due, job }: { due: Date; job: string }): Promise<void> {
  const bucket = bucketOf(due);
  await oncePerBucket(deps, { job, bucket }, () => remindDrill(deps, { drillId: drill.id, bucket }));
}

async function expectNext(deps: Deps, { cron, timezone, id }: Drill, task: ScheduledTask): Promise<void> {
  const [next] = task.getNextRuns(1);
  if (next === undefined) return;
  const expected = { cron, timezone, nextAt: next.toISOString() };
  await deps.store.transact((tx) => tx.setSetting(settingOf({ id }), expected));
}

function jobOf({ id }: Pick<Drill, 'id'>): string {
  return `drill-reminder:${id}`;
}

function settingOf({ id }: Pick<Drill, 'id'>): string {
  return `cron:drill-reminder:${id}`;
}

/** To the minute and without colons, since it becomes part of a surface's key. */
function bucketOf(due: Date): string {
  return `${due.toISOString().slice(0, 16).replace(':', '')}Z`;
}

function asCronLogger(log: Deps['log']): NonNullable<TaskOptions['logger']> {
  return {
    debug: (message) => log.debug({ message: String(message) }, 'node-cron'),
    info: (message) => log.debug({ message }, 'node-cron'),
    warn: (message) => log.warn({ message }, 'node-cron'),
    error: (message, err) => log.error({ err: err ?? message }, 'node-cron'),
  };
}
