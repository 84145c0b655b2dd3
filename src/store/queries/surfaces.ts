import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db, SurfaceTable } from '../schema.js';
import type { Lane, NewSurface, SurfaceQueue, SurfaceRow } from '../types.js';
import { atMost, compiledOnce, type ValueOf } from './compiled-once.js';
import { padded } from './padded.js';

/** Keeps where it stands in Slack; a parked or postponed surface becomes due again. */
export async function touchSurface(db: Db, surface: NewSurface): Promise<void> {
  await putSurface(db, { ...surface, threadOf: surface.threadOf ?? null });
}

type Put = Omit<NewSurface, 'threadOf'> & { readonly threadOf: string | null };

const putSurface = compiledOnce((db, value: ValueOf<Put>) => {
  const place = {
    kind: value('kind'),
    lane: value('lane'),
    incident: value('incident'),
    target: value('target'),
    thread_of: value('threadOf'),
  };
  const untried = { begun: 0, attempts: 0, wanted_version: 1, rendered_version: 0, parked: 0 };
  return db
    .insertInto('surface')
    .values({ key: value('key'), ...place, ...untried })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ ...place, ...DUE, target: targetFor(value('target')), wanted_version: ONE_MORE }),
    );
});

/** What may wait, and waits together: a surface that is dirty already keeps its time. */
export async function touchSurfacesLater(db: Db, keys: readonly string[], dueAt: Instant): Promise<void> {
  if (keys.length === 0) return;
  await db
    .updateTable('surface')
    .set({
      due_at: sql<string>`case when wanted_version = rendered_version then ${dueAt} else due_at end`,
      wanted_version: ONE_MORE,
    })
    .where('key', 'in', padded(keys))
    .execute();
}

export async function touchSurfacesOf(db: Db, incident: string): Promise<void> {
  await touchAllOf(db, { incident });
}

const touchAllOf = compiledOnce((db, value: ValueOf<{ incident: string }>) =>
  db
    .updateTable('surface')
    .set({ ...DUE, wanted_version: ONE_MORE })
    .where('incident', '=', value('incident')),
);

const DUE = { parked: 0, due_at: null };

/** What may have been posted has to be looked for where that was: until its outcome is known, it is aimed nowhere else. */
function targetFor(target: RawBuilder<string>) {
  return sql<string>`case when surface.begun = 1 and surface.ts is null then surface.target else ${target} end`;
}

const ONE_MORE = sql<number>`surface.wanted_version + 1`;

export async function surface(db: Db, key: string): Promise<SurfaceRow | undefined> {
  const [row] = await surfaceOf(db, { key });
  return row && toSurface(row);
}

const surfaceOf = compiledOnce((db, value: ValueOf<{ key: string }>) =>
  db.selectFrom('surface').selectAll().where('key', '=', value('key')),
);

export async function surfacesOf(db: Db, incident: string): Promise<SurfaceRow[]> {
  const rows = await db
    .selectFrom('surface')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('id')
    .execute();
  return rows.map(toSurface);
}

export function surfaceQueue(db: Db): SurfaceQueue {
  return {
    due: async ({ except = [], ...wanted }) =>
      (await dueSurfaces(db, { ...wanted, except: JSON.stringify(except) })).map((row) => ({
        ...toSurface(row),
        place: row.place,
      })),
    begin: async (key) => void (await beginSurface(db, { key })),
    rendered: async (key, result) => void (await renderedSurface(db, { key, ...result })),
    retry: async (key, { at, error, began }) =>
      void (await postponeSurface(db, { key, at, error, begun: began ? 1 : 0 })),
    park: async (key, error) => void (await parkSurface(db, { key, error })),
  };
}

const beginSurface = compiledOnce((db, value: ValueOf<{ key: string }>) =>
  db
    .updateTable('surface')
    .set((column) => ({ begun: 1, attempts: column('attempts', '+', 1) }))
    .where('key', '=', value('key')),
);

type Drawn = Parameters<SurfaceQueue['rendered']>[1] & { readonly key: string };

const renderedSurface = compiledOnce((db, value: ValueOf<Drawn>) =>
  db
    .updateTable('surface')
    .set({
      channel_id: value('channelId'),
      ts: value('ts'),
      rendered_digest: value('digest'),
      rendered_version: value('version'),
      begun: 0,
      attempts: 0,
      due_at: null,
      last_error: null,
    })
    .where('key', '=', value('key')),
);

interface Postponed {
  readonly key: string;
  readonly at: Instant;
  readonly error: string;
  readonly begun: number;
}

const postponeSurface = compiledOnce((db, value: ValueOf<Postponed>) =>
  db
    .updateTable('surface')
    .set({ due_at: value('at'), last_error: value('error'), begun: value('begun') })
    .where('key', '=', value('key')),
);

const parkSurface = compiledOnce((db, value: ValueOf<{ key: string; error: string }>) =>
  db
    .updateTable('surface')
    .set({ parked: 1, begun: 0, last_error: value('error') })
    .where('key', '=', value('key')),
);

interface Due {
  readonly lane: Lane;
  readonly now: Instant;
  readonly limit: number;
  readonly except: string;
}

const PLACE = sql<string | null>`case
  when surface.ts is not null then null
  when surface.thread_of is not null then 'thread of ' || surface.thread_of
  when surface.target = 'incident' then 'channel of ' || surface.incident
  else 'place ' || surface.target end`;

const FIRST_OF_ITS_PLACE = sql<number>`row_number() over (
  partition by coalesce(${PLACE}, surface.key) order by surface.attempts, surface.id)`;

/**
 * What stands in a channel or thread that does not exist yet is not due. What has to wait is left out here: hundreds
 * may wait for one place, and to hand them over costs many times what it costs to pass over them.
 */
const dueSurfaces = compiledOnce((db, value: ValueOf<Due>) => {
  const waiting = sql<string>`(select value from json_each(${value('except')}))`;
  const due = db
    .selectFrom('surface')
    .leftJoin('incident', 'incident.name', 'surface.incident')
    .leftJoin('surface as parent', 'parent.key', 'surface.thread_of')
    .selectAll('surface')
    .select(PLACE.as('place'))
    .select(FIRST_OF_ITS_PLACE.as('nth'))
    // A literal, for the partial index, as in `effects.ts`.
    .where('surface.parked', '=', sql.lit(0))
    .whereRef('surface.wanted_version', '>', 'surface.rendered_version')
    .where('surface.lane', '=', value('lane'))
    .where((is) => is.or([is('surface.due_at', 'is', null), is('surface.due_at', '<=', value('now'))]))
    .where((is) => is.or([is('surface.target', '!=', 'incident'), is('incident.channel_id', 'is not', null)]))
    .where((is) => is.or([is('surface.thread_of', 'is', null), is('parent.ts', 'is not', null)]))
    .where(sql<boolean>`surface.key not in ${waiting}`)
    .where(sql<boolean>`(surface.ts is not null or ${PLACE} not in ${waiting})`);
  return db
    .selectFrom(due.as('due'))
    .selectAll()
    .where('nth', '=', 1)
    .orderBy('attempts')
    .orderBy('id')
    .limit(atMost(value('limit')));
});

function toSurface(row: Selectable<SurfaceTable>): SurfaceRow {
  return {
    key: row.key,
    kind: row.kind,
    lane: row.lane,
    incident: row.incident,
    target: row.target,
    threadOf: row.thread_of,
    channelId: row.channel_id,
    ts: row.ts,
    renderedDigest: row.rendered_digest,
    begun: row.begun === 1,
    attempts: row.attempts,
    wantedVersion: row.wanted_version,
  };
}
