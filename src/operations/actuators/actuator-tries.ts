import type { Instant } from '../../core/ids.js';

interface Tries {
  /** Since it last answered as an actuator does; 0 where it has never, or not since it failed. */
  answers: number;
  failures: number;
  error: string;
  since: Instant;
  isLate: boolean;
}

/** Asked this often how it stands, it is told once more. */
const TOLD_AGAIN_AFTER = 8;

/** How it went with each order so far, in this process: enough to decide what to try next and what is worth writing. */
export class ActuatorTries {
  readonly #tries = new Map<string, Tries>();

  has(key: string): boolean {
    return this.#tries.has(key);
  }

  /** `tell` sends the order, `poll` asks how the agent stands. */
  next(key: string): 'tell' | 'poll' {
    const { answers } = this.#of(key);
    return answers === 0 || answers % TOLD_AGAIN_AFTER === 0 ? 'tell' : 'poll';
  }

  answered(key: string): void {
    const tries = this.#of(key);
    Object.assign(tries, { answers: tries.answers + 1, failures: 0, error: '' });
  }

  /** Written at the 1st, 2nd, 4th, 8th … failure in a row, and when the error changes. */
  failed(key: string, error: string, now: Instant): { attempt: number; since: Instant; isNews: boolean } {
    const tries = this.#of(key);
    const since = tries.failures === 0 ? now : tries.since;
    const attempt = tries.failures + 1;
    const isNews = tries.error !== error || Number.isInteger(Math.log2(attempt));
    Object.assign(tries, { answers: 0, failures: attempt, error, since });
    return { attempt, since, isNews };
  }

  isFirstTimeLate(key: string): boolean {
    const tries = this.#of(key);
    const isFirst = !tries.isLate;
    tries.isLate = true;
    return isFirst;
  }

  forget(key: string): void {
    this.#tries.delete(key);
  }

  #of(key: string): Tries {
    const known = this.#tries.get(key) ?? { answers: 0, failures: 0, error: '', since: '', isLate: false };
    this.#tries.set(key, known);
    return known;
  }
}
