import { sql, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely';
import type { Db } from '../schema.js';

/** Names the value that stands in a place of a query; the values come when it is run. */
export type ValueOf<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>;

/** A place in a compiled query. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is put together when it is first run, and run with other values each time: putting it together takes
 * several times as long as SQLite takes to answer it, and the same few come thousands of times a second.
 */
export function compiledOnce<Values extends object, Row>(
  build: (db: Db, value: ValueOf<Values>) => Compilable<Row>,
): (db: Db, values: Values) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (db, values) => {
    compiled ??= build(db, (name) => sql`${new Place(name)}`).compile();
    const given = new Map<string, unknown>(Object.entries(values));
    const parameters = compiled.parameters.map((each) =>
      each instanceof Place ? given.get(each.name) : each,
    );
    return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}

/** For `limit`: SQLite plans a statement anew for each bare parameter that says how many rows are wanted. */
export function atMost(rows: RawBuilder<number>): RawBuilder<number> {
  return sql<number>`cast(${rows} as integer)`;
}

/** The same, where one row is wanted. */
export const ONE_ROW = sql.lit(1);
