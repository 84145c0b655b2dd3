/** A unit test for promtool, made from what `/metrics` said minute by minute. */
import { stringify } from 'yaml';

/** Series as they stood at each minute, by name and labels; a minute without the series is undefined. */
export class Scrapes {
  readonly #series = new Map<string, (string | undefined)[]>();
  #minutes = 0;

  /** Takes one exposition, a minute after the one before. */
  take(exposition: string): void {
    for (const line of exposition.split('\n')) {
      const space = line.lastIndexOf(' ');
      if (line === '' || line.startsWith('#')) continue;
      const name = line.slice(0, space);
      const values = this.#series.get(name) ?? [];
      values[this.#minutes] = line.slice(space + 1);
      this.#series.set(name, values);
    }
    this.#minutes += 1;
  }

  inputSeries(): { series: string; values: string }[] {
    return [...this.#series].map(([series, values]) => ({
      series,
      values: Array.from({ length: this.#minutes }, (_, minute) => values[minute] ?? '_').join(' '),
    }));
  }
}

export interface Expectation {
  readonly expr: string;
  readonly minute: number;
  /** Label sets that it yields, each with the value 1. */
  readonly yields: readonly string[];
}

/** The file's text; `rules` is the path of the rules from where it will stand. */
export function unitTestFile(rules: string, scrapes: Scrapes, expectations: readonly Expectation[]): string {
  return stringify({
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: scrapes.inputSeries(),
        promql_expr_test: expectations.map(({ expr, minute, yields }) => ({
          expr,
          eval_time: `${minute}m`,
          exp_samples: yields.map((labels) => ({ labels, value: 1 })),
        })),
      },
    ],
  });
}
