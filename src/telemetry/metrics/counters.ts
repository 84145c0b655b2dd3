/** Cumulative numbers by metric and label values: bounded, and written to the database from time to time. */
import type { CounterRow } from '../database/counter-table.js';
import { OTHER } from './families.js';

export interface CounterLimits {
  readonly perMetric: number;
  /** Values of the second label for one value of the first, which is the agent. */
  readonly perAgent: number;
}

export interface Counters {
  /** Returns the labels that it was counted under: where there is no room, others than were given. */
  add(metric: string, labels: readonly [string, ...string[]], value: number): readonly string[];
  /** Zero until something is added; a series that was never zero hides its first increase. */
  declare(metric: string, labels: readonly [string, ...string[]]): void;
  /** As they were written: what had room then has room now, in whatever order it comes. */
  restore(rows: readonly CounterRow[]): void;
  /** Every series of an agent; returns the metrics that it had any of. */
  forget(agentId: string): readonly string[];
  /** What has changed since it was last asked. */
  takeChanged(): CounterRow[];
  all(metric: string): readonly CounterRow[];
  /** How often there was no room for a label value, by metric. */
  overflows(): ReadonlyMap<string, number>;
}

interface Counter {
  readonly metric: string;
  readonly labels: readonly string[];
  value: number;
}

interface Metric {
  /** By agent, then by the other labels joined. */
  readonly agents: Map<string, Map<string, Counter>>;
  size: number;
}

/** Stands in no label: it is cut out of them before they come here. */
const BETWEEN = '\u0000';

export function createCounters(limits: CounterLimits): Counters {
  const metrics = new Map<string, Metric>();
  const changed = new Set<Counter>();
  const overflows = new Map<string, number>();

  function metricOf(name: string): Metric {
    const known = metrics.get(name);
    if (known !== undefined) return known;
    const metric: Metric = { agents: new Map<string, Map<string, Counter>>(), size: 0 };
    metrics.set(name, metric);
    return metric;
  }

  function find(name: string, labels: readonly [string, ...string[]]): Counter {
    const metric = metricOf(name);
    return metric.agents.get(labels[0])?.get(othersOf(labels)) ?? make(metric, name, labels);
  }

  function make(metric: Metric, name: string, labels: readonly [string, ...string[]]): Counter {
    const [agent, ...rest] = labels;
    const isFull = metric.size >= limits.perMetric;
    const ofAgent = metric.agents.get(agent);
    const agentIsFull = rest.length > 0 && (ofAgent?.size ?? 0) >= limits.perAgent;
    const isSpare =
      rest.every((value) => value === OTHER) && (agent === OTHER || !isFull || ofAgent !== undefined);
    if ((isFull || agentIsFull) && !isSpare) {
      overflows.set(name, (overflows.get(name) ?? 0) + 1);
      return find(name, [isFull && ofAgent === undefined ? OTHER : agent, ...rest.map(() => OTHER)]);
    }
    return place(metric, { metric: name, labels, value: 0 });
  }

  return {
    add(metric, labels, value) {
      const counter = find(metric, labels);
      counter.value += value;
      changed.add(counter);
      return counter.labels;
    },
    declare: (metric, labels) => void find(metric, labels),
    restore(rows) {
      for (const { metric, labels, value } of rows) place(metricOf(metric), { metric, labels, value });
    },
    forget(agentId) {
      const theirs = [...metrics].filter(([, { agents }]) => agents.has(agentId));
      for (const [, metric] of theirs) {
        const group = [...(metric.agents.get(agentId)?.values() ?? [])];
        for (const counter of group) changed.delete(counter);
        metric.agents.delete(agentId);
        metric.size -= group.length;
      }
      return theirs.map(([name]) => name);
    },
    takeChanged() {
      const rows = [...changed];
      changed.clear();
      return rows;
    },
    all: (metric) =>
      [...(metrics.get(metric)?.agents.values() ?? [])].flatMap((group) => [...group.values()]),
    overflows: () => overflows,
  };
}

function place(metric: Metric, counter: Counter): Counter {
  const [agent = ''] = counter.labels;
  const group = metric.agents.get(agent) ?? new Map<string, Counter>();
  metric.agents.set(agent, group.set(othersOf(counter.labels), counter));
  metric.size += 1;
  return counter;
}

/** The labels after the agent, as one text. There is most often one. */
function othersOf(labels: readonly string[]): string {
  return labels.length <= 2 ? (labels[1] ?? '') : labels.slice(1).join(BETWEEN);
}
