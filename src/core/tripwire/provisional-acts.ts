/**
 * Acts under a name that may turn out not to be the agent's. Spans come when they end, children before their parents, and
 * until a parent has told its agent a span goes by the name of its process (`service.name`). Where no such agent is
 * registered, what one act alone would trip waits for the parent, so that a process is not called an unknown agent.
 */
import type { ActionRecord } from '../action-record.js';

interface Waiting {
  readonly record: ActionRecord;
  readonly counted: number;
  readonly untilMs: number;
}

/** Most parents have ended by then. */
const PARENT_WITHIN_MS = 15 * 60_000;
/** Enough to tell of: they are all of one name. */
const MOST_WAITING = 256;

const NONE: readonly never[] = [];

export class ProvisionalActs {
  #waiting: readonly Waiting[] = NONE;

  /** A guard knows its agent, and a span without a parent will not be corrected. */
  static isProvisional({ origin, parentSpanId }: ActionRecord): boolean {
    return origin !== 'check' && parentSpanId !== null;
  }

  add(record: ActionRecord, counted: number, nowMs: number): void {
    if (this.#waiting.length >= MOST_WAITING) return;
    this.#waiting = [...this.#waiting, { record, counted, untilMs: nowMs + PARENT_WITHIN_MS }];
  }

  /** Its parent has told: it was another agent's. */
  retract({ traceId, spanId }: ActionRecord): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = this.#waiting.filter(
      ({ record }) => record.spanId !== spanId || record.traceId !== traceId,
    );
  }

  /** Those that no parent has told of in time. */
  due(nowMs: number): readonly Pick<Waiting, 'record' | 'counted'>[] {
    if (this.#waiting.length === 0) return NONE;
    const due = this.#waiting.filter(({ untilMs }) => untilMs <= nowMs);
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs > nowMs);
    return due;
  }
}
