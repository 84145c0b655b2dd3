import { backoffMs } from './backoff.js';
import type { LanePace } from './outbox-types.js';

interface ReachParts {
  readonly pace: LanePace;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called when it may be tried again. */
  readonly onRetry: () => void;
}

/**
 * Whether the other side of a lane answers at all. While it does not, one attempt at a time finds out whether it is back:
 * hundreds that wait would each knock for as long as the outage lasts.
 */
export class Reach {
  readonly #parts: ReachParts;
  #failures = 0;
  #pause: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: ReachParts) {
    this.#parts = parts;
  }

  /** How many may be under way at once. */
  slots(): number {
    if (this.#pause !== undefined) return 0;
    return this.#failures === 0 ? this.#parts.pace.concurrency : 1;
  }

  /** What became of an attempt. */
  note(isAway: boolean): void {
    if (!isAway) {
      this.#failures = 0;
      this.#goOn();
    } else if (this.#pause === undefined && !this.#isStopped) {
      this.#pause = setTimeout(() => this.#tryAgain(), this.#pauseMs());
      this.#failures += 1;
    }
  }

  /** What ends afterwards keeps no process waiting. */
  stop(): void {
    this.#isStopped = true;
    this.#goOn();
  }

  #goOn(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #pauseMs(): number {
    const { pace, random } = this.#parts;
    return backoffMs(this.#failures, pace.backoff, random);
  }

  #tryAgain(): void {
    this.#pause = undefined;
    this.#parts.onRetry();
  }
}
