/**
 * One lane of the outbox. It looks for due work, begins as much as it has slots for, and settles each outcome.
 *
 * A job belongs to a group, of which one runs at a time: an incident's effects (their order matters), or one
 * surface. A group rests after a render (so that many touches become one message) and after a failed attempt
 * (so that a touch does not undo a Retry-After).
 */
import type { EffectRow, SurfaceRow, Transaction } from '../store/types.js';
import { attemptEffect, attemptSurface, type Settlement } from './delivery-attempt.js';
import type { LaneParts } from './outbox-types.js';

/** Enough to find work behind whatever is busy or resting. */
const LOOK_AHEAD = 100;

type Job =
  | { readonly kind: 'effect'; readonly group: string; readonly row: EffectRow }
  | { readonly kind: 'surface'; readonly group: string; readonly row: SurfaceRow };

export class LaneLoop {
  readonly #lane: LaneParts;
  readonly #busy = new Map<string, Promise<void>>();
  readonly #resting = new Map<string, NodeJS.Timeout>();
  #look: Promise<void> | undefined;
  #lookAgain = false;
  #stopped = false;

  constructor(lane: LaneParts) {
    this.#lane = lane;
  }

  /** Looks for work now, or once more after the look that is under way. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#look === undefined) this.#look = this.#lookInTurn();
    else this.#lookAgain = true;
  }

  stop(): void {
    this.#stopped = true;
    this.#resting.forEach(clearTimeout);
    this.#resting.clear();
  }

  /** When nothing is under way any more; call `stop` first. */
  async settled(): Promise<void> {
    await this.#look;
    await Promise.all(this.#busy.values());
  }

  /** Cards of incidents can wait, whoever woke this lane; pages, halts and kill switches cannot. */
  #lookInTurn(): Promise<void> {
    const { deps, lane } = this.#lane;
    const look = (): Promise<void> => this.#lookAround();
    return lane === 'bulk' ? deps.store.patiently(look) : deps.store.urgently(look);
  }

  async #lookAround(): Promise<void> {
    const { deps, lane } = this.#lane;
    try {
      do {
        this.#lookAgain = false;
        const jobs = await this.#beginWork();
        jobs.forEach((job) => this.#busy.set(job.group, this.#run(job)));
      } while (this.#lookAgain && !this.#stopped);
    } catch (error) {
      deps.log.error({ err: error, lane }, 'the outbox could not be read');
    } finally {
      this.#look = undefined;
    }
  }

  /** Chosen and marked as begun in one transaction, so that a crash afterwards is seen as an attempt. */
  async #beginWork(): Promise<Job[]> {
    const { deps, pace } = this.#lane;
    const free = pace.concurrency - this.#busy.size;
    if (free <= 0 || this.#stopped) return [];
    return deps.store.transact(async (tx) => {
      const jobs = (await this.#dueJobs(tx)).filter(({ group }) => this.#isFree(group)).slice(0, free);
      for (const job of jobs) {
        if (job.kind === 'effect') await tx.effects.begin(job.row.id);
        else await tx.surfaces.begin(job.row.key);
      }
      return jobs;
    });
  }

  async #dueJobs(tx: Transaction): Promise<Job[]> {
    const { deps, lane } = this.#lane;
    const now = deps.now();
    const effects = (await tx.effects.due(lane, now, LOOK_AHEAD)).map(effectJob);
    // Nothing that people see in Slack stands in the lanes of actuators and pagers.
    if (lane !== 'halt' && lane !== 'bulk') return effects;
    const surfaces = (await tx.surfaces.due(lane, now, LOOK_AHEAD)).map(surfaceJob);
    return alternate(effects, surfaces);
  }

  #isFree(group: string): boolean {
    return !this.#busy.has(group) && !this.#resting.has(group);
  }

  async #run(job: Job): Promise<void> {
    const { deps } = this.#lane;
    try {
      const settlement = await this.#attempt(job);
      if (settlement.restMs > 0) this.#rest(job.group, settlement.restMs);
      await deps.store.transact(settlement.store);
    } catch (error) {
      deps.log.error({ err: error, key: job.row.key }, 'the outcome of a delivery could not be stored');
      this.#rest(job.group, this.#lane.pace.backoff.capMs);
    } finally {
      this.#busy.delete(job.group);
      this.wake();
    }
  }

  #attempt(job: Job): Promise<Settlement> {
    return job.kind === 'effect' ? attemptEffect(this.#lane, job.row) : attemptSurface(this.#lane, job.row);
  }

  #rest(group: string, ms: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#resting.get(group));
    const wakeUp = (): void => {
      this.#resting.delete(group);
      this.wake();
    };
    this.#resting.set(group, setTimeout(wakeUp, ms));
  }
}

function effectJob(row: EffectRow): Job {
  return { kind: 'effect', group: `effects of ${row.incident ?? row.key}`, row };
}

function surfaceJob(row: SurfaceRow): Job {
  return { kind: 'surface', group: `surface ${row.key}`, row };
}

/** Neither kind starves the other. */
function alternate(some: readonly Job[], others: readonly Job[]): Job[] {
  const longest = Math.max(some.length, others.length);
  return Array.from({ length: longest }, (_, index) => [some[index], others[index]])
    .flat()
    .filter((job): job is Job => job !== undefined);
}
