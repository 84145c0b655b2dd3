import { sql, type Selectable } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db, EffectTable } from '../schema.js';
import type { EffectQueue, EffectLane, EffectRow, NewEffect } from '../types.js';

export async function addEffect(db: Db, effect: NewEffect, now: Instant): Promise<void> {
  await db
    .insertInto('effect')
    .values({
      key: effect.key,
      kind: effect.kind,
      lane: effect.lane,
      incident: effect.incident,
      payload: JSON.stringify(effect.payload),
      state: 'waiting',
      attempts: 0,
      begun: 0,
      added_at: now,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

export function effectQueue(db: Db): EffectQueue {
  const set = async (id: number, change: Partial<Selectable<EffectTable>>): Promise<void> => {
    await db.updateTable('effect').set(change).where('id', '=', id).execute();
  };
  return {
    due: (lane, now, limit) => dueEffects(db, { lane, now, limit }),
    begin: async (id) => {
      await db
        .updateTable('effect')
        .set((column) => ({ begun: 1, attempts: column('attempts', '+', 1) }))
        .where('id', '=', id)
        .execute();
    },
    done: (id, at) => set(id, { state: 'done', begun: 0, finished_at: at, last_error: null }),
    retry: (id, { at, error, began }) => set(id, { due_at: at, last_error: error, begun: began ? 1 : 0 }),
    drop: (id, at, error) => set(id, { state: 'dropped', begun: 0, finished_at: at, last_error: error }),
    backlog: () => backlog(db),
  };
}

/** A literal: with a parameter in its place, SQLite would plan the statement anew each time, for the partial index. */
const WAITING = sql.lit<'waiting'>('waiting');

interface Due {
  readonly lane: EffectLane;
  readonly now: Instant;
  readonly limit: number;
}

async function dueEffects(db: Db, { lane, now, limit }: Due): Promise<EffectRow[]> {
  const rows = await db
    .selectFrom('effect')
    .selectAll()
    .where('state', '=', WAITING)
    .where('lane', '=', lane)
    .where((is) => is.or([is('due_at', 'is', null), is('due_at', '<=', now)]))
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom('effect as earlier')
            .select('earlier.id')
            .where('earlier.state', '=', WAITING)
            .where('earlier.lane', '=', lane)
            .whereRef('earlier.incident', '=', 'effect.incident')
            .whereRef('earlier.id', '<', 'effect.id'),
        ),
      ),
    )
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toEffect);
}

async function backlog(db: Db): Promise<{ waiting: number; oldestAt: Instant | null }> {
  const row = await db
    .selectFrom('effect')
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min('added_at').as('oldestAt')])
    .where('state', '=', WAITING)
    .executeTakeFirstOrThrow();
  return { waiting: Number(row.waiting), oldestAt: row.oldestAt };
}

function toEffect(row: Selectable<EffectTable>): EffectRow {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    lane: row.lane,
    incident: row.incident,
    payload: JSON.parse(row.payload),
    attempts: row.attempts,
    begun: row.begun === 1,
  };
}
