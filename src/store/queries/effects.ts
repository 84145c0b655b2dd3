import { sql, type Selectable } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db, EffectTable } from '../schema.js';
import type { EffectQueue, EffectLane, EffectRow, NewEffect } from '../types.js';
import { atMost, compiledOnce, type ValueOf } from './compiled-once.js';

export async function addEffect(db: Db, effect: NewEffect, now: Instant): Promise<void> {
  const { key, kind, lane, incident } = effect;
  await insertEffect(db, { key, kind, lane, incident, payload: JSON.stringify(effect.payload), now });
}

type Added = Omit<NewEffect, 'payload'> & { readonly payload: string; readonly now: Instant };

const insertEffect = compiledOnce((db, value: ValueOf<Added>) =>
  db
    .insertInto('effect')
    .values({
      key: value('key'),
      kind: value('kind'),
      lane: value('lane'),
      incident: value('incident'),
      payload: value('payload'),
      state: 'waiting',
      attempts: 0,
      begun: 0,
      added_at: value('now'),
    })
    .onConflict((conflict) => conflict.column('key').doNothing()),
);

export function effectQueue(db: Db): EffectQueue {
  return {
    due: async (lane, now, limit) => (await dueEffects(db, { lane, now, limit })).map(toEffect),
    begin: async (id) => void (await beginEffect(db, { id })),
    done: async (id, at) => void (await endEffect(db, { id, state: 'done', at, error: null })),
    retry: async (id, { at, error, began }) =>
      void (await postponeEffect(db, { id, at, error, begun: began ? 1 : 0 })),
    drop: async (id, at, error) => void (await endEffect(db, { id, state: 'dropped', at, error })),
    backlog: () => backlog(db),
  };
}

const beginEffect = compiledOnce((db, value: ValueOf<{ id: number }>) =>
  db
    .updateTable('effect')
    .set((column) => ({ begun: 1, attempts: column('attempts', '+', 1) }))
    .where('id', '=', value('id')),
);

interface End {
  readonly id: number;
  readonly state: 'done' | 'dropped';
  readonly at: Instant;
  readonly error: string | null;
}

const endEffect = compiledOnce((db, value: ValueOf<End>) =>
  db
    .updateTable('effect')
    .set({ state: value('state'), begun: 0, finished_at: value('at'), last_error: value('error') })
    .where('id', '=', value('id')),
);

interface Postponed {
  readonly id: number;
  readonly at: Instant;
  readonly error: string;
  readonly begun: number;
}

const postponeEffect = compiledOnce((db, value: ValueOf<Postponed>) =>
  db
    .updateTable('effect')
    .set({ due_at: value('at'), last_error: value('error'), begun: value('begun') })
    .where('id', '=', value('id')),
);

/** A literal: with a parameter in its place, SQLite would plan the statement anew each time, for the partial index. */
const WAITING = sql.lit<'waiting'>('waiting');

interface Due {
  readonly lane: EffectLane;
  readonly now: Instant;
  readonly limit: number;
}

const dueEffects = compiledOnce((db, value: ValueOf<Due>) =>
  db
    .selectFrom('effect')
    .selectAll()
    .where('state', '=', WAITING)
    .where('lane', '=', value('lane'))
    .where((is) => is.or([is('due_at', 'is', null), is('due_at', '<=', value('now'))]))
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom('effect as earlier')
            .select('earlier.id')
            .where('earlier.state', '=', WAITING)
            .where('earlier.lane', '=', value('lane'))
            .whereRef('earlier.incident', '=', 'effect.incident')
            .whereRef('earlier.id', '<', 'effect.id'),
        ),
      ),
    )
    .orderBy('id')
    .limit(atMost(value('limit'))),
);

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
