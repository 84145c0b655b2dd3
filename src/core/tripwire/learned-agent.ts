import type { ActionRecord } from '../action-record.js';
import { rollupsOf, type EndpointUse, type MinuteRollup, type SeriesName } from './rollup.js';

/** What is known of one agent from before: sums over minutes, as they would have been stored. */
export class LearnedAgent {
  readonly #watchedTools: ReadonlySet<string>;
  readonly #series = new Map<SeriesName, Map<number, number>>();
  readonly #endpoints = new Map<string, number>();

  constructor(watchedTools: ReadonlySet<string>) {
    this.#watchedTools = watchedTools;
  }

  add(record: ActionRecord): void {
    const { minutes, endpoint } = rollupsOf(record, this.#watchedTools);
    for (const { series, minute, value } of minutes) {
      const known = this.#series.get(series) ?? new Map<number, number>();
      this.#series.set(series, known);
      known.set(minute, (known.get(minute) ?? 0) + value);
    }
    if (endpoint === null) return;
    const before = this.#endpoints.get(endpoint.endpoint) ?? endpoint.minute;
    this.#endpoints.set(endpoint.endpoint, Math.max(before, endpoint.minute));
  }

  /** What wires start from. */
  start(): { readonly minutes: readonly MinuteRollup[]; readonly endpoints: readonly EndpointUse[] } {
    return {
      minutes: [...this.#series].flatMap(([series, minutes]) =>
        [...minutes].toSorted(([a], [b]) => a - b).map(([minute, value]) => ({ series, minute, value })),
      ),
      endpoints: [...this.#endpoints].map(([endpoint, minute]) => ({ endpoint, minute })),
    };
  }
}
