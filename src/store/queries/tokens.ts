import type { Selectable } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db, TokenTable } from '../schema.js';
import type { TokenRow } from '../types.js';
import { compiledOnce, type ValueOf } from './compiled-once.js';

export async function addToken(db: Db, row: TokenRow): Promise<void> {
  await db
    .insertInto('token')
    .values({
      id: row.id,
      name: row.name,
      hash: row.hash,
      scopes: JSON.stringify(row.scopes),
      roles: JSON.stringify(row.roles),
      person: row.person,
      agent_id: row.agentId,
      created_at: row.createdAt,
      revoked_at: row.revokedAt,
    })
    .execute();
}

export async function revokeToken(db: Db, id: string, at: Instant): Promise<boolean> {
  const result = await db
    .updateTable('token')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function token(db: Db, hash: string): Promise<TokenRow | undefined> {
  const [row] = await tokenOf(db, { hash });
  return row && toToken(row);
}

const tokenOf = compiledOnce((db, value: ValueOf<{ hash: string }>) =>
  db.selectFrom('token').selectAll().where('hash', '=', value('hash')),
);

export async function tokens(db: Db): Promise<TokenRow[]> {
  const rows = await db.selectFrom('token').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(toToken);
}

function toToken(row: Selectable<TokenTable>): TokenRow {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    scopes: JSON.parse(row.scopes),
    roles: JSON.parse(row.roles),
    person: row.person,
    agentId: row.agent_id,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}
