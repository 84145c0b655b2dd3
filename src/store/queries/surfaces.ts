import { sql, type Selectable } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db, SurfaceTable } from '../schema.js';
import type { Lane, NewSurface, SurfaceQueue, SurfaceRow } from '../types.js';
import { padded } from './padded.js';

/** Keeps where it stands in Slack; a parked or postponed surface becomes due again. */
export async function touchSurface(db: Db, surface: NewSurface): Promise<void> {
  const place = {
    kind: surface.kind,
    lane: surface.lane,
    incident: surface.incident,
    target: surface.target,
    thread_of: surface.threadOf ?? null,
  };
  await db
    .insertInto('surface')
    .values({
      key: surface.key,
      ...place,
      begun: 0,
      attempts: 0,
      wanted_version: 1,
      rendered_version: 0,
      parked: 0,
    })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ ...place, ...DUE, target: targetFor(surface.target), wanted_version: ONE_MORE }),
    )
    .execute();
}

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
  await db
    .updateTable('surface')
    .set({ ...DUE, wanted_version: ONE_MORE })
    .where('incident', '=', incident)
    .execute();
}

const DUE = { parked: 0, due_at: null };

/** What may have been posted has to be looked for where that was: until its outcome is known, it is aimed nowhere else. */
function targetFor(target: string) {
  return sql<string>`case when surface.begun = 1 and surface.ts is null then surface.target else ${target} end`;
}

const ONE_MORE = sql<number>`surface.wanted_version + 1`;

export async function surface(db: Db, key: string): Promise<SurfaceRow | undefined> {
  const row = await db.selectFrom('surface').selectAll().where('key', '=', key).executeTakeFirst();
  return row && toSurface(row);
}

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
  const set = async (key: string, change: Partial<Selectable<SurfaceTable>>): Promise<void> => {
    await db.updateTable('surface').set(change).where('key', '=', key).execute();
  };
  return {
    due: (lane, now, limit) => dueSurfaces(db, { lane, now, limit }),
    begin: async (key) => {
      await db
        .updateTable('surface')
        .set((column) => ({ begun: 1, attempts: column('attempts', '+', 1) }))
        .where('key', '=', key)
        .execute();
    },
    rendered: (key, { channelId, ts, digest, version }) =>
      set(key, {
        channel_id: channelId,
        ts,
        rendered_digest: digest,
        rendered_version: version,
        begun: 0,
        attempts: 0,
        due_at: null,
        last_error: null,
      }),
    retry: (key, { at, error, began }) => set(key, { due_at: at, last_error: error, begun: began ? 1 : 0 }),
    park: (key, error) => set(key, { parked: 1, begun: 0, last_error: error }),
  };
}

interface Due {
  readonly lane: Lane;
  readonly now: Instant;
  readonly limit: number;
}

/** Untried ones first. What stands in a channel or thread that does not exist yet is not due. */
async function dueSurfaces(db: Db, { lane, now, limit }: Due): Promise<SurfaceRow[]> {
  const rows = await db
    .selectFrom('surface')
    .leftJoin('incident', 'incident.name', 'surface.incident')
    .leftJoin('surface as parent', 'parent.key', 'surface.thread_of')
    .selectAll('surface')
    // A literal, for the partial index, as in `effects.ts`.
    .where('surface.parked', '=', sql.lit(0))
    .whereRef('surface.wanted_version', '>', 'surface.rendered_version')
    .where('surface.lane', '=', lane)
    .where((is) => is.or([is('surface.due_at', 'is', null), is('surface.due_at', '<=', now)]))
    .where((is) => is.or([is('surface.target', '!=', 'incident'), is('incident.channel_id', 'is not', null)]))
    .where((is) => is.or([is('surface.thread_of', 'is', null), is('parent.ts', 'is not', null)]))
    .orderBy('surface.attempts')
    .orderBy('surface.id')
    .limit(limit)
    .execute();
  return rows.map(toSurface);
}

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
