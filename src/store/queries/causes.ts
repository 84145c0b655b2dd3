import type { Selectable } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { CauseTable, Db } from '../schema.js';
import type { CauseRow, Reader } from '../types.js';
import { atMost, compiledOnce, ONE_ROW, type ValueOf } from './compiled-once.js';

/** One row an incident; a later one of the same incident replaces it. */
export async function putCause(db: Db, row: CauseRow): Promise<void> {
  const rest = {
    cause: row.cause,
    agent: row.agent,
    opened_at: row.openedAt,
    place: row.place,
    umbrella: row.umbrella,
  };
  await db
    .insertInto('cause')
    .values({ incident: row.incident, ...rest })
    .onConflict((conflict) => conflict.column('incident').doUpdateSet(rest))
    .execute();
}

/** Whether open or closed by now: what happened is not undone by closing it quickly. */
export async function causedSince(
  db: Db,
  ...[cause, since, limit]: Parameters<Reader['causedSince']>
): Promise<CauseRow[]> {
  return (await newestCaused(db, { cause, since, limit })).map(toCause).toReversed();
}

const newestCaused = compiledOnce((db, value: ValueOf<{ cause: string; since: Instant; limit: number }>) =>
  db
    .selectFrom('cause')
    .selectAll()
    .where('cause', '=', value('cause'))
    .where('opened_at', '>', value('since'))
    .where('place', '!=', 'umbrella')
    .orderBy('opened_at', 'desc')
    .limit(atMost(value('limit'))),
);

/** The newest umbrella of a cause that is not closed. */
export async function openUmbrella(db: Db, cause: string): Promise<string | undefined> {
  const [row] = await openUmbrellaOf(db, { cause });
  return row?.incident;
}

const openUmbrellaOf = compiledOnce((db, value: ValueOf<{ cause: string }>) =>
  db
    .selectFrom('cause')
    .innerJoin('incident', 'incident.name', 'cause.incident')
    .select('cause.incident')
    .where('cause.cause', '=', value('cause'))
    .where('cause.place', '=', 'umbrella')
    .where('incident.open', '=', 1)
    .orderBy('cause.opened_at', 'desc')
    .limit(ONE_ROW),
);

export async function unshelter(db: Db, umbrella: string): Promise<void> {
  await db
    .updateTable('cause')
    .set({ place: 'member' })
    .where('umbrella', '=', umbrella)
    .where('place', '=', 'sheltered')
    .execute();
}

/** Members that have no channel of their own. */
export async function sheltered(db: Db, umbrella: string): Promise<string[]> {
  const rows = await db
    .selectFrom('cause')
    .select('incident')
    .where('umbrella', '=', umbrella)
    .where('place', '=', 'sheltered')
    .execute();
  return rows.map(({ incident }) => incident);
}

function toCause(row: Selectable<CauseTable>): CauseRow {
  const { opened_at: openedAt, ...rest } = row;
  return { ...rest, openedAt };
}
