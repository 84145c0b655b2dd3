import { inAHurry, type Deps } from '../operations/deps.js';
import { keepEpochs } from '../operations/points/keep-point.js';
import { askForReview } from '../operations/halting/ask-for-review.js';
import { endRehearsals } from '../operations/halting/end-rehearsals.js';
import { escalatePages } from '../operations/paging/escalate-pages.js';
import { expireAttempts } from '../operations/quarantine/expire-attempts.js';
import { pruneStore } from '../operations/prune-store.js';
import { boardRefresher } from '../operations/halting/refresh-board.js';
import { settleContainment } from '../operations/points/settle-containment.js';
import { remindOfPaused } from '../operations/alerts/list-sources.js';
import { takeHeldPosts } from '../operations/alerts/take-held-posts.js';
import { warnBudgets } from '../operations/rollback/warn-budgets.js';
import { drillReminder } from './drill-reminders.js';
import { every, type Chore, type Repeating } from './every.js';

/** What other rooms want done regularly; `app.ts` hands it in. */
export interface Chores {
  /** Reads user groups again, so that a new on-call may halt. */
  readonly refreshDirectory: () => Promise<unknown>;
  /** Says for the gateways what they enforce. */
  readonly acknowledgeGateways: () => Promise<unknown>;
  /** Writes down which gateways ask about which agents. */
  readonly keepGateways: () => Promise<unknown>;
  /** Asks kill switches that have stopped their agent whether it still is. */
  readonly watchActuators: () => Promise<unknown>;
  /** Tells telemetry which times not to take for usual. */
  readonly excludeIncidents: () => Promise<unknown>;
  /** Deletes telemetry that is older than its time, once a day. */
  readonly purgeTelemetry: () => Promise<unknown>;
  /** Tells once a day what rules in shadow would have done. */
  readonly reportShadow: () => Promise<unknown>;
  /** Puts the journal's head where a cut tail can be noticed. */
  readonly checkpoint: () => Promise<unknown>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Starts everything that happens by the clock. All of it may run on several replicas at once. */
export function startJobs(deps: Deps, chores: Chores): Repeating {
  const table: readonly Chore[] = [
    // What is to be said of a halt waits for no storm.
    { name: 'settle-containment', everyMs: SECOND / 2, run: () => settleContainment(inAHurry(deps)) },
    { name: 'keep-epochs', everyMs: SECOND, run: () => keepEpochs(deps) },
    { name: 'acknowledge-gateways', everyMs: SECOND / 2, run: chores.acknowledgeGateways },
    { name: 'expire-attempts', everyMs: SECOND, run: () => expireAttempts(deps) },
    { name: 'end-rehearsals', everyMs: SECOND / 2, run: () => endRehearsals(deps) },
    { name: 'ask-for-review', everyMs: 30 * SECOND, run: () => askForReview(deps) },
    { name: 'keep-gateways', everyMs: 5 * SECOND, run: chores.keepGateways },
    { name: 'watch-actuators', everyMs: 30 * SECOND, run: chores.watchActuators },
    { name: 'refresh-board', everyMs: 5 * SECOND, run: boardRefresher(deps) },
    { name: 'remind-of-paused', everyMs: 15 * MINUTE, run: () => remindOfPaused(deps) },
    { name: 'take-held-posts', everyMs: SECOND, run: () => takeHeldPosts(deps) },
    { name: 'exclude-incidents', everyMs: 10 * SECOND, run: chores.excludeIncidents },
    { name: 'report-shadow', everyMs: 5 * MINUTE, run: chores.reportShadow },
    { name: 'escalate-pages', everyMs: 15 * SECOND, run: () => escalatePages(deps) },
    { name: 'remind-of-drills', everyMs: 15 * SECOND, run: drillReminder(deps) },
    { name: 'warn-budgets', everyMs: 30 * SECOND, run: () => warnBudgets(deps) },
    { name: 'refresh-directory', everyMs: 5 * MINUTE, run: chores.refreshDirectory },
    { name: 'prune-store', everyMs: 15 * MINUTE, run: () => pruneStore(deps) },
    { name: 'purge-telemetry', everyMs: 15 * MINUTE, run: chores.purgeTelemetry },
    { name: 'checkpoint', everyMs: 60 * MINUTE, run: chores.checkpoint },
  ];
  const running = table.map((chore) => every(chore, deps.log));
  return {
    stop: async () => {
      await Promise.all(running.map((each) => each.stop()));
    },
  };
}
