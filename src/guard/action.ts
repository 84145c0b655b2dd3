import type { Judged } from './compiled-rules.js';
import type { HaltedError } from './halted-error.js';

/** One running action. */
export class Action {
  readonly attempt: Judged;
  #halted: HaltedError | undefined;
  #overdue = false;
  #deadline: NodeJS.Timeout | undefined;
  #controller: AbortController | undefined;

  constructor(attempt: Judged) {
    this.attempt = attempt;
  }

  /** Aborted when it has to stop. Made when it is first asked for: making one costs more than the whole check. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#halted !== undefined) this.#controller.abort(this.#halted);
    }
    return this.#controller.signal;
  }

  /** Why it has to stop; undefined as long as it may go on. */
  get halted(): HaltedError | undefined {
    return this.#halted;
  }

  /** It was told to stop, and has taken longer than it may. */
  get overdue(): boolean {
    return this.#overdue;
  }

  /** Tells it to stop, and `onOverdue` where it has not ended by then. */
  stop(error: HaltedError, deadlineMs: number, onOverdue: () => void): void {
    this.#halted = error;
    this.#deadline = setTimeout(() => {
      this.#overdue = true;
      onOverdue();
    }, deadlineMs);
    this.#controller?.abort(error);
  }

  ended(): void {
    clearTimeout(this.#deadline);
  }
}
