/** Counts the spans or log records that are refused, by reason, for the partial success; the rest of a request is kept. */
export class Rejections {
  readonly #reasons = new Map<string, number>();
  #count = 0;

  add(reason: string): void {
    this.#count += 1;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  get count(): number {
    return this.#count;
  }

  /** `3 rejected: trace id is not 16 bytes (32 hex digits in JSON) or all zero (2); end time is missing (1)`. */
  get message(): string | null {
    if (this.#count === 0) return null;
    const reasons = [...this.#reasons].map(([reason, count]) => `${reason} (${count})`);
    return `${this.#count} rejected: ${reasons.join('; ')}`;
  }
}

/** A closed list: nothing of what was sent gets into an answer or a log. */
export const REASON = {
  traceId: 'trace id is not 16 bytes (32 hex digits in JSON) or all zero',
  spanId: 'span id is not 8 bytes (16 hex digits in JSON) or all zero',
  parentSpanId: 'parent span id is neither empty nor 8 bytes',
  endTime: 'end time is missing',
  malformed: 'a field has a value of the wrong type',
  notAnObject: 'not an object',
} as const;
