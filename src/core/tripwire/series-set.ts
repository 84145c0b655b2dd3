/** The minute series of one agent, by name; a series that nothing was ever added to takes no room. */
import { MinuteSeries } from './minute-series.js';
import type { MinuteRollup, SeriesName } from './rollup.js';

export class SeriesSet {
  readonly #series = new Map<SeriesName, MinuteSeries>();

  constructor(rows: Iterable<MinuteRollup> = []) {
    for (const row of rows) this.add(row);
  }

  add({ series, minute, value }: MinuteRollup): void {
    this.of(series).add(minute, value);
  }

  of(name: SeriesName): MinuteSeries {
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const series = new MinuteSeries();
    this.#series.set(name, series);
    return series;
  }

  all(): readonly MinuteSeries[] {
    return [...this.#series.values()];
  }

  /** The last minute in which anything was heard; null for never. */
  newest(): number | null {
    let newest: number | null = null;
    for (const series of this.#series.values()) {
      const minute = series.newest();
      if (minute !== null && (newest === null || minute > newest)) newest = minute;
    }
    return newest;
  }
}
