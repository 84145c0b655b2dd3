/**
 * One lane of the outbox. It looks for due work, begins as much as it has slots for, and settles each outcome. What has
 * ended is written in the transaction that begins what comes next: a message costs one commit, not two.
 *
 * A job belongs to a group, of which one runs at a time: an incident's effects (their order matters), or one
 * surface. A group rests after a render (so that many touches become one message) and after a failed attempt
 * (so that a touch does not undo a Retry-After). A new message takes up its place as well, in every lane: what Slack
 * would refuse is not tried, and costs no attempt.
 */
import type { DueSurface, EffectLane, EffectRow, Lane, Transaction } from '../../store/types.js';
import { attemptEffect, attemptSurface, type Settlement } from './delivery-attempt.js';
import { inAHurry } from '../deps.js';
import type { LaneParts } from './outbox-types.js';
import type { PostingPlaces } from './posting-places.js';
import { Reach } from './reach.js';

/** After a look that found nothing to begin: what is touched without end rests most of the time, and so would each look. */
const NOTHING_FOUND_MS = 40;

type Job = {
  readonly group: string;
  /** Where it posts a new message; null for anything else. */
  readonly place: string | null;
} & (
  | { readonly kind: 'effect'; readonly row: EffectRow }
  | { readonly kind: 'surface'; readonly row: DueSurface }
);

/** However many effects wait for others, no look reads more. */
const MOST_READ = 1_000;

/** A job whose outcome is known and not written yet. */
interface Ended {
  readonly job: Job;
  readonly store: Settlement['store'];
}

interface LoopParts extends LaneParts {
  /** Shared by all lanes. */
  readonly places: PostingPlaces;
}

export class LaneLoop {
  readonly #lane: LoopParts;
  readonly #reach: Reach;
  /** Groups of which a job is under way, or has ended and is not written yet. */
  readonly #busy = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #resting = new Map<string, NodeJS.Timeout>();
  #ended: Ended[] = [];
  #look: Promise<void> | undefined;
  #lookAgain = false;
  #nothingFoundMs = Number.NEGATIVE_INFINITY;
  #later: NodeJS.Timeout | undefined;
  #stopped = false;

  /** Cards of incidents can wait; pages, halts and kill switches cannot. */
  constructor(lane: LoopParts) {
    this.#lane = lane.lane === 'bulk' ? lane : { ...lane, deps: inAHurry(lane.deps) };
    if (hasSurfaces(lane.lane)) lane.places.onFree(() => this.#lookNow());
    this.#reach = new Reach({
      pace: lane.pace,
      random: lane.parts.random ?? Math.random,
      onRetry: () => this.#lookNow(),
    });
  }

  /** There may be work: looks for it now, or soon where there was none a moment ago. */
  wake(): void {
    const restMs = this.#nothingFoundMs + NOTHING_FOUND_MS - performance.now();
    if (restMs <= 0) return this.#lookNow();
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#lookNow();
    }, restMs);
  }

  /** Looks for work now, or once more after the look that is under way. */
  #lookNow(): void {
    if (this.#stopped && this.#ended.length === 0) return;
    if (this.#look === undefined) this.#look = this.#lookAround();
    else this.#lookAgain = true;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#later);
    this.#reach.stop();
    this.#resting.forEach(clearTimeout);
    this.#resting.clear();
  }

  /** When nothing is under way any more; call `stop` first. */
  async settled(): Promise<void> {
    while (this.#look !== undefined || this.#running.size > 0) {
      await this.#look;
      await Promise.all(this.#running);
    }
  }

  async #lookAround(): Promise<void> {
    const { deps, lane } = this.#lane;
    try {
      do {
        this.#lookAgain = false;
        for (const job of await this.#endAndBegin()) this.#start(job);
      } while (this.#lookAgain || this.#ended.length > 0);
    } catch (error) {
      deps.log.error({ err: error, lane }, 'the outbox could not be read');
    } finally {
      this.#look = undefined;
      if (this.#ended.length > 0) this.#lookNow();
    }
  }

  /** Chosen and marked as begun in one transaction, so that a crash afterwards is seen as an attempt. */
  async #endAndBegin(): Promise<Job[]> {
    const { deps } = this.#lane;
    const ended = this.#ended;
    this.#ended = [];
    for (const { job } of ended) this.#busy.delete(job.group);
    if (ended.length === 0) return this.#slots() > 0 ? deps.store.transact((tx) => this.#begin(tx)) : [];
    try {
      return await deps.store.transact(async (tx) => {
        for (const { store } of ended) await store(tx);
        return this.#begin(tx);
      });
    } catch {
      for (const each of ended) await this.#writeAlone(each);
      this.#lookAgain = true;
      return [];
    }
  }

  /** One that cannot be written must not keep the others from it. */
  async #writeAlone({ job, store }: Ended): Promise<void> {
    try {
      await this.#lane.deps.store.transact(store);
    } catch (error) {
      this.#giveUp(job, error);
    }
  }

  #giveUp(job: Job, error: unknown): void {
    const { deps, pace } = this.#lane;
    deps.log.error({ err: error, key: job.row.key }, 'the outcome of a delivery could not be stored');
    this.#rest(job.group, pace.backoff.capMs);
  }

  #slots(): number {
    return this.#stopped ? 0 : this.#reach.slots() - this.#busy.size;
  }

  async #begin(tx: Transaction): Promise<Job[]> {
    const slots = this.#slots();
    if (slots <= 0) return [];
    const jobs = await this.#freeJobs(tx, slots);
    if (jobs.length === 0) this.#nothingFoundMs = performance.now();
    for (const job of jobs) {
      if (job.kind === 'effect') await tx.effects.begin(job.row.id);
      else await tx.surfaces.begin(job.row.key);
    }
    return jobs;
  }

  async #freeJobs(tx: Transaction, slots: number): Promise<Job[]> {
    const effects = await this.#freeEffects(tx, slots);
    return alternate(effects, await this.#freeSurfaces(tx, slots)).slice(0, slots);
  }

  /** Reads on while those that are busy or rest stand before what can be begun. */
  async #freeEffects(tx: Transaction, slots: number): Promise<Job[]> {
    const { deps, lane } = this.#lane;
    for (let limit = slots + this.#busy.size + this.#resting.size; ; limit *= 4) {
      const due = (await tx.effects.due(lane, deps.now(), limit)).map(effectJob);
      const free = due.filter(({ group }) => this.#isFree(group));
      if (free.length >= slots || due.length < limit || limit >= MOST_READ) return free;
    }
  }

  async #freeSurfaces(tx: Transaction, limit: number): Promise<Job[]> {
    const { deps, lane, places } = this.#lane;
    if (!hasSurfaces(lane)) return [];
    const except = [...this.#busy, ...this.#resting.keys(), ...places.closedTo(lane)];
    return (await tx.surfaces.due({ lane, now: deps.now(), limit, except })).map(surfaceJob);
  }

  #isFree(group: string): boolean {
    return !this.#busy.has(group) && !this.#resting.has(group);
  }

  #start(job: Job): void {
    this.#busy.add(job.group);
    if (job.place !== null) this.#lane.places.take(job.place);
    const running = this.#run(job).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #run(job: Job): Promise<void> {
    try {
      const { restMs, channelId, isAway = false, store } = await this.#attempt(job);
      this.#reach.note(isAway);
      if (job.place !== null && channelId !== undefined) this.#lane.places.learn(job.place, channelId);
      if (restMs > 0) this.#rest(job.group, restMs);
      this.#ended.push({ job, store });
    } catch (error) {
      this.#giveUp(job, error);
      this.#busy.delete(job.group);
    }
    this.#leave(job);
    this.#lookNow();
  }

  #leave({ place }: Job): void {
    const { lane, pace, places } = this.#lane;
    if (place !== null) places.rest(place, { lane, ms: pace.postIntervalMs ?? 0 });
  }

  #attempt(job: Job): Promise<Settlement> {
    return job.kind === 'effect' ? attemptEffect(this.#lane, job.row) : attemptSurface(this.#lane, job.row);
  }

  #rest(group: string, ms: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#resting.get(group));
    const wakeUp = (): void => {
      this.#resting.delete(group);
      this.#lookNow();
    };
    this.#resting.set(group, setTimeout(wakeUp, ms));
  }
}

/** Nothing that people see in Slack stands in the lanes of actuators and pagers. */
function hasSurfaces(lane: EffectLane): lane is Lane {
  return lane === 'halt' || lane === 'bulk';
}

function effectJob(row: EffectRow): Job {
  return { kind: 'effect', group: `effects of ${row.incident ?? row.key}`, place: null, row };
}

function surfaceJob(row: DueSurface): Job {
  return { kind: 'surface', group: row.key, place: row.place, row };
}

/** Neither kind starves the other. */
function alternate(some: readonly Job[], others: readonly Job[]): Job[] {
  const longest = Math.max(some.length, others.length);
  return Array.from({ length: longest }, (_, index) => [some[index], others[index]])
    .flat()
    .filter((job): job is Job => job !== undefined);
}
