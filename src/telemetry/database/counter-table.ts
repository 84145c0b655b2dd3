import type { Database } from 'better-sqlite3';

/** One cumulative number of a metric, with the values of its labels in the order that the metric gives them. */
export interface CounterRow {
  readonly metric: string;
  readonly labels: readonly string[];
  readonly value: number;
}

export interface CounterTable {
  put(rows: Iterable<CounterRow>): void;
  /** Adds to what stands there. */
  grow(rows: Iterable<CounterRow>): void;
  /** What an agent has of a metric; its name is the first label. */
  forget(metric: string, agentId: string): void;
  all(): CounterRow[];
}

export function counterTable(database: Database): CounterTable {
  const put = database.prepare('insert or replace into counter (metric, labels, value) values (?, ?, ?)');
  const grow = database.prepare(
    `insert into counter (metric, labels, value) values (?, ?, ?)
     on conflict do update set value = value + excluded.value`,
  );
  const drop = database.prepare(
    'delete from counter where metric = ? and (labels = ? or labels between ? and ?)',
  );
  const all = database
    .prepare<[], [string, string, number]>('select metric, labels, value from counter')
    .raw();
  return {
    put: (rows) => {
      for (const { metric, labels, value } of rows) put.run(metric, JSON.stringify(labels), value);
    },
    grow: (rows) => {
      for (const { metric, labels, value } of rows) grow.run(metric, JSON.stringify(labels), value);
    },
    forget(metric, agentId) {
      const alone = JSON.stringify([agentId]);
      const begun = `${alone.slice(0, -1)},`;
      drop.run(metric, alone, begun, `${begun}\u{10ffff}`);
    },
    all: () =>
      all.all().map(([metric, labels, value]) => ({
        metric,
        // Our own text, from our own database.
        labels: JSON.parse(labels) as string[],
        value,
      })),
  };
}
