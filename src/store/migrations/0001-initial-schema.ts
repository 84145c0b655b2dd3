import { sql } from 'kysely';
import type { Db } from '../schema.js';
import { makeAppendOnly } from './append-only.js';

/** The first set of tables. */
export async function initialSchema(db: Db): Promise<void> {
  await createJournal(db);
  await createIncidents(db);
  await createPoints(db);
  await createTokens(db);
  await createEffects(db);
  await createSurfaces(db);
  await createSettings(db);
}

async function createJournal(db: Db): Promise<void> {
  await db.schema
    .createTable('entry')
    .addColumn('seq', 'integer', (c) => c.primaryKey())
    .addColumn('stream', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('private_digest', 'text')
    .addColumn('idempotency_key', 'text', (c) => c.unique())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('occurred_at', 'text', (c) => c.notNull())
    .addColumn('recorded_at', 'text', (c) => c.notNull())
    .addColumn('prev_hash', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addUniqueConstraint('entry_stream_version', ['stream', 'version'])
    .execute();
  await db.schema
    .createIndex('entry_private_digest')
    .on('entry')
    .column('private_digest')
    .where('private_digest', 'is not', null)
    .execute();
  await db.schema
    .createTable('private_body')
    .addColumn('digest', 'text', (c) => c.primaryKey().notNull())
    .addColumn('salt', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('checkpoint')
    .addColumn('size', 'integer', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('checkpoint_pk', ['size', 'hash'])
    .execute();
  await makeAppendOnly(db, 'entry');
  await makeAppendOnly(db, 'checkpoint');
}

async function createIncidents(db: Db): Promise<void> {
  await db.schema
    .createTable('incident')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('number', 'integer', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('open', 'integer', (c) => c.notNull())
    .addColumn('agent_id', 'text')
    .addColumn('dedup_key', 'text')
    .addColumn('channel_name', 'text', (c) => c.notNull())
    .addColumn('channel_id', 'text')
    .addPrimaryKeyConstraint('incident_pk', ['kind', 'number'])
    .execute();
  await db.schema.createIndex('incident_channel').on('incident').column('channel_id').execute();
  for (const column of ['dedup_key', 'agent_id'] as const) {
    await db.schema
      .createIndex(`incident_one_open_per_${column}`)
      .unique()
      .on('incident')
      .column(column)
      .where(sql.ref('open'), '=', sql.lit(1))
      .where(sql.ref('kind'), '=', sql.lit('incident'))
      .execute();
  }
  await db.schema
    .createTable('alert')
    .addColumn('dedup_key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('incident', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('count', 'integer', (c) => c.notNull())
    .addColumn('first_at', 'text', (c) => c.notNull())
    .addColumn('last_at', 'text', (c) => c.notNull())
    .execute();
}

async function createPoints(db: Db): Promise<void> {
  await db.schema
    .createTable('point')
    .addColumn('point_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('instance', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('first_seen_at', 'text', (c) => c.notNull())
    .addColumn('last_heartbeat_at', 'text', (c) => c.notNull())
    .addColumn('epoch', 'integer', (c) => c.notNull())
    .execute();
}

async function createTokens(db: Db): Promise<void> {
  await db.schema
    .createTable('token')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('roles', 'text', (c) => c.notNull())
    .addColumn('person', 'text')
    .addColumn('agent_id', 'text')
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('revoked_at', 'text')
    .execute();
}

async function createEffects(db: Db): Promise<void> {
  await db.schema
    .createTable('effect')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('incident', 'text')
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('begun', 'integer', (c) => c.notNull())
    .addColumn('added_at', 'text', (c) => c.notNull())
    .addColumn('due_at', 'text')
    .addColumn('finished_at', 'text')
    .addColumn('last_error', 'text')
    .execute();
  await db.schema
    .createIndex('effect_waiting')
    .on('effect')
    .columns(['lane', 'incident', 'id'])
    .where(sql.ref('state'), '=', sql.lit('waiting'))
    .execute();
}

async function createSurfaces(db: Db): Promise<void> {
  await db.schema
    .createTable('surface')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('incident', 'text')
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('thread_of', 'text')
    .addColumn('channel_id', 'text')
    .addColumn('ts', 'text')
    .addColumn('rendered_digest', 'text')
    .addColumn('begun', 'integer', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('wanted_version', 'integer', (c) => c.notNull())
    .addColumn('rendered_version', 'integer', (c) => c.notNull())
    .addColumn('parked', 'integer', (c) => c.notNull())
    .addColumn('due_at', 'text')
    .addColumn('last_error', 'text')
    .execute();
  await db.schema.createIndex('surface_incident').on('surface').column('incident').execute();
  await db.schema
    .createIndex('surface_dirty')
    .on('surface')
    .column('lane')
    .where(sql.ref('wanted_version'), '>', sql.ref('rendered_version'))
    .where(sql.ref('parked'), '=', sql.lit(0))
    .execute();
}

async function createSettings(db: Db): Promise<void> {
  await db.schema
    .createTable('setting')
    .addColumn('key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('claim')
    .addColumn('key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('claimed_at', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('counter')
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('plane')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('plane_id', 'text', (c) => c.notNull())
    .addColumn('private_key', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .execute();
}
