import { sql } from 'kysely';
import type { Db, Schema } from '../schema.js';

/** Makes the database itself refuse to change or delete rows of a table. Triggers are spelled per backend: here. */
export async function makeAppendOnly(db: Db, table: keyof Schema): Promise<void> {
  for (const change of ['update', 'delete']) {
    await sql
      .raw(
        `create trigger ${table}_no_${change} before ${change} on ${table}
         begin select raise(abort, '${table} is append-only'); end`,
      )
      .execute(db);
  }
}
