/**
 * Alerts that come at about the same time are stored together, repeats of one episode as one row. A storm of thousands
 * a second costs a few commits a second, none of them long: whoever presses or answers a halt goes in between.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import { notStored, outcomeOf, type AlertOutcome, type Sent } from './alert-outcome.js';
import type { Deps } from '../deps.js';
import { hear, isHeard } from './heard-severities.js';
import { countAlertsIn, placeAlertIn, raiseByRepeatIn } from './place-alert.js';

/** A transaction takes no more once it has lasted so long: then everybody else has a turn, above all whoever presses. */
const LONG_ENOUGH_MS = 8;

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
    await takeAll(deps, firsts);
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

/** What is stored so far in the transaction that is open. */
type Stored = Map<Run, AlertOutcome>;
type Step = (tx: Transaction, stored: Stored) => Promise<void>;

/** Counting comes first wherever the order allows it: it is one statement for all. */
async function takeAll(deps: Deps, runs: readonly Run[]): Promise<void> {
  const at = deps.now();
  const steps = wavesOf(runs).flatMap((wave): Step[] => [
    (tx, stored) => countWave(tx, { wave, at }, stored),
    ...wave.map((run): Step => async (tx, stored) => {
      const { incident = null } = stored.get(run) ?? run.outcome ?? {};
      if (incident === null) stored.set(run, await placeAlertIn(tx, deps, { ...run, at }));
      else if (!isHeard(deps, run.alert)) await raiseByRepeatIn(tx, deps, { ...run, incident, at });
    }),
  ]);
  for (let done = 0; done < steps.length;) {
    const { stored, next } = await deps.store.transact((tx) => takeSome(tx, steps, done));
    stored.forEach((outcome, run) => (run.outcome = outcome));
    done = next;
    // What awaits only the store lets no request in.
    if (done < steps.length) await nextTurn();
  }
  for (const { alert } of runs) hear(deps, alert);
}

/** As many steps as one transaction has time for, at least one. */
async function takeSome(
  tx: Transaction,
  steps: readonly Step[],
  from: number,
): Promise<{ readonly stored: Stored; readonly next: number }> {
  const stored: Stored = new Map();
  const until = performance.now() + LONG_ENOUGH_MS;
  let next = from;
  do {
    await steps[next]?.(tx, stored);
    next += 1;
  } while (next < steps.length && performance.now() < until);
  return { stored, next };
}

/** In each wave an episode comes at most once: what is about one keeps its order, and so do the ends among the rest. */
function wavesOf(runs: readonly Run[]): Run[][] {
  const waves: Run[][] = [];
  const keys = new Set<string>();
  for (const run of runs) {
    const { dedupKey } = run.alert;
    const wave = waves.at(-1);
    if (wave === undefined || keys.has(dedupKey)) {
      waves.push([run]);
      keys.clear();
    } else wave.push(run);
    keys.add(dedupKey);
  }
  return waves;
}

async function countWave(
  tx: Transaction,
  { wave, at }: { readonly wave: readonly Run[]; readonly at: Instant },
  stored: Stored,
): Promise<void> {
  const firing = wave.filter(({ alert }) => alert.status === 'firing');
  const times = new Map(firing.map((run) => [run.alert.dedupKey, run.times]));
  const incidents = await countAlertsIn(tx, { times, at });
  for (const run of firing) {
    const incident = incidents.get(run.alert.dedupKey);
    if (incident !== undefined) stored.set(run, outcomeOf(run.alert, { outcome: 'repeated', incident }));
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
