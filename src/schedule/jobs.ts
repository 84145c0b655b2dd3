import type { Deps } from '../operations/deps.js';
import { escalatePages } from '../operations/escalate-pages.js';
import { settleContainment } from '../operations/settle-containment.js';
import { warnBudgets } from '../operations/warn-budgets.js';
import { startDrillReminders } from './drill-reminders.js';
import { every, type Chore, type Repeating } from './every.js';

/** What other rooms want done regularly; `app.ts` hands it in. */
export interface Chores {
  /** Reads user groups again, so that a new on-call may halt. */
  readonly refreshDirectory: () => Promise<unknown>;
  /** Puts the journal's head where a cut tail can be noticed. */
  readonly checkpoint: () => Promise<unknown>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Starts everything that happens by the clock. All of it may run on several replicas at once. */
export function startJobs(deps: Deps, chores: Chores): Repeating {
  const table: readonly Chore[] = [
    { name: 'settle-containment', everyMs: SECOND / 2, run: () => settleContainment(deps) },
    { name: 'escalate-pages', everyMs: 15 * SECOND, run: () => escalatePages(deps) },
    { name: 'warn-budgets', everyMs: 30 * SECOND, run: () => warnBudgets(deps) },
    { name: 'refresh-directory', everyMs: 5 * MINUTE, run: chores.refreshDirectory },
    { name: 'checkpoint', everyMs: 60 * MINUTE, run: chores.checkpoint },
  ];
  const running = [...table.map((chore) => every(chore, deps.log)), startDrillReminders(deps)];
  return {
    stop: async () => {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}
