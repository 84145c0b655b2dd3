import type { EffectLane } from '../../store/types.js';

/** A place that has rested takes a message of another lane first: neither starves the other. */
const OTHERS_FIRST_MS = 50;

/**
 * Where new messages go: channels, threads and direct messages. Each takes one at a time and rests after it, whichever
 * lane it came from, for Slack counts them together.
 */
export class PostingPlaces {
  /** A channel has several names: that of the setting, its id, and that of the incident whose channel it is. */
  readonly #sameAs = new Map<string, string>();
  readonly #otherNames = new Map<string, string[]>();
  /** To whom each is closed. */
  readonly #closed = new Map<string, EffectLane | 'all'>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #listeners: (() => void)[] = [];
  #isStopped = false;

  /** What `place` has just taken stands in this channel. A thread rests by itself. */
  learn(place: string, channelId: string): void {
    const channel = place.startsWith('thread of ') ? place : `place ${channelId}`;
    if (place === channel || this.#sameAs.get(place) === channel) return;
    this.#sameAs.set(place, channel);
    this.#otherNames.set(channel, [...(this.#otherNames.get(channel) ?? []), place]);
    this.#closed.delete(place);
    this.take(channel);
  }

  /** By all their names. */
  closedTo(lane: EffectLane): string[] {
    return [...this.#closed].flatMap(([place, to]) =>
      to === 'all' || to === lane ? [place, ...(this.#otherNames.get(place) ?? [])] : [],
    );
  }

  /** `listener` is told whenever a place has become free for somebody. */
  onFree(listener: () => void): void {
    this.#listeners.push(listener);
  }

  take(place: string): void {
    this.#forget(place);
    this.#closed.set(this.#known(place), 'all');
  }

  /** What was posted, or tried, by `lane` has ended. */
  rest(place: string, { lane, ms }: { readonly lane: EffectLane; readonly ms: number }): void {
    this.#later(place, ms, () => {
      this.#closed.set(this.#known(place), lane);
      this.#tell();
      this.#later(place, OTHERS_FIRST_MS, () => this.#free(place));
    });
  }

  /** What ends afterwards keeps no process waiting. */
  stop(): void {
    this.#isStopped = true;
    this.#timers.forEach(clearTimeout);
    this.#timers.clear();
  }

  #free(place: string): void {
    this.#closed.delete(this.#known(place));
    this.#tell();
  }

  #known(place: string): string {
    return this.#sameAs.get(place) ?? place;
  }

  #later(place: string, ms: number, act: () => void): void {
    this.#forget(place);
    if (this.#isStopped) return;
    this.#timers.set(this.#known(place), setTimeout(act, ms));
  }

  #forget(place: string): void {
    clearTimeout(this.#timers.get(this.#known(place)));
    this.#timers.delete(this.#known(place));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
