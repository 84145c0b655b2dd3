import { DomainError } from '../core/errors.js';
import { MIGRATIONS } from './migrations/migrations.js';
import type { Db } from './schema.js';

/**
 * Brings a database up to date, inside the caller's transaction, so that a killed start leaves it as it was and
 * two starting processes do it once. DomainError `unavailable` for a database from a newer Haltline.
 */
export async function migrate(db: Db): Promise<void> {
  await db.schema
    .createTable('migration')
    .ifNotExists()
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .execute();
  const rows = await db.selectFrom('migration').select('name').orderBy('name').execute();
  const applied = new Set(rows.map(({ name }) => name));
  refuseNewer([...applied]);
  for (const [name, apply] of Object.entries(MIGRATIONS)) {
    if (applied.has(name)) continue;
    await apply(db);
    await db.insertInto('migration').values({ name }).execute();
  }
}

function refuseNewer(applied: readonly string[]): void {
  const unknown = applied.find((name) => !(name in MIGRATIONS));
  if (unknown === undefined) return;
  throw new DomainError(
    'unavailable',
    `This database was written by a newer Haltline (it has the migration "${unknown}"). ` +
      'Start that version again, or restore the backup from before the upgrade.',
  );
}
