/**
 * Alerts that come at about the same time are stored together, repeats of one episode as one row. A storm of thousands
 * a second costs a few commits a second, none of them long: whoever presses or answers a halt goes in between.
 */
import { DomainError } from '../core/errors.js';
import type { Instant } from '../core/ids.js';
import { notStored, outcomeOf, type AlertOutcome, type Sent } from './alert-outcome.js';
import type { Deps } from './deps.js';
import { placeAlertIn, repeatAlertIn } from './place-alert.js';

/** Opening an incident takes a hundred times as long as counting an alert. */
const OPENED_AT_ONCE = 2;

/** Several alerts that say the same: the first of them, and how many they are. */
interface Run extends Sent {
  times: number;
  outcome: AlertOutcome | undefined;
}

/** All of them together, else each by itself, so that one which cannot be stored takes none of the others with it. */
export async function takeTogether(deps: Deps, sent: readonly Sent[]): Promise<AlertOutcome[]> {
  const runs = runsOf(sent);
  const firsts = [...new Set(runs)];
  try {
    await takeAll(deps, firsts, deps.now());
  } catch (error) {
    const isHopeless = error instanceof DomainError && error.code === 'unavailable';
    if (isHopeless) deps.log.error({ err: error, alerts: sent.length }, 'alerts could not be stored');
    for (const run of firsts.filter(({ outcome }) => outcome === undefined))
      run.outcome = isHopeless ? notStored(run.alert) : await takeOne(deps, run);
  }
  const told = new Set<Run | undefined>();
  return sent.map(({ alert }, index) => {
    const run = runs[index];
    const isFirst = !told.has(run);
    told.add(run);
    return outcomeFor(alert, run, isFirst);
  });
}

/** For each alert the run it belongs to: a firing episode said again and again, until it is said to be resolved. */
function runsOf(sent: readonly Sent[]): Run[] {
  const open = new Map<string, Run>();
  return sent.map(({ alert, actor }) => {
    const { dedupKey, status } = alert;
    const known = status === 'firing' ? open.get(dedupKey) : undefined;
    const run = known ?? { alert, actor, times: 0, outcome: undefined };
    run.times += 1;
    if (status === 'firing') open.set(dedupKey, run);
    else open.delete(dedupKey);
    return run;
  });
}

/** First whatever is known, in one transaction; then what is new, a little at a time. What is about one episode keeps its order. */
async function takeAll(deps: Deps, runs: readonly Run[], at: Instant): Promise<void> {
  const isNew = new Set<string>();
  const counted = await deps.store.transact(async (tx) => {
    const outcomes = new Map<Run, AlertOutcome>();
    for (const run of runs) {
      const { dedupKey } = run.alert;
      const outcome = isNew.has(dedupKey) ? undefined : await repeatAlertIn(tx, { ...run, at });
      if (outcome === undefined) isNew.add(dedupKey);
      else outcomes.set(run, outcome);
    }
    return outcomes;
  });
  counted.forEach((outcome, run) => (run.outcome = outcome));
  const rest = runs.filter(({ outcome }) => outcome === undefined);
  for (let start = 0; start < rest.length; start += OPENED_AT_ONCE) {
    const some = rest.slice(start, start + OPENED_AT_ONCE);
    const outcomes = await deps.store.transact(async (tx) => {
      const placed: AlertOutcome[] = [];
      for (const run of some) placed.push(await placeAlertIn(tx, deps, { ...run, at }));
      return placed;
    });
    for (const [index, run] of some.entries()) run.outcome = outcomes[index];
  }
}

/** Two posts may race for the same incident: whoever loses looks again, and joins. */
const ATTEMPTS = 3;

async function takeOne(deps: Deps, run: Run): Promise<AlertOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      const at = deps.now();
      return await deps.store.transact((tx) => placeAlertIn(tx, deps, { ...run, at }));
    } catch (error) {
      const lostRace = error instanceof DomainError && error.code === 'conflict';
      if (lostRace && attempt < ATTEMPTS) continue;
      deps.log.error({ err: error, source: run.alert.source }, 'an alert could not be stored');
      return notStored(run.alert);
    }
  }
}

function outcomeFor(alert: Sent['alert'], run: Run | undefined, isFirst: boolean): AlertOutcome {
  const outcome = run?.outcome;
  if (outcome === undefined || outcome.outcome === 'failed') return notStored(alert);
  return isFirst ? outcome : outcomeOf(alert, { outcome: 'repeated', incident: outcome.incident });
}
