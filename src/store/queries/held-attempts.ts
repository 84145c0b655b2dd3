import type { SelectQueryBuilder } from 'kysely';
import { DomainError } from '../../core/errors.js';
import { isFinalAnswer, isOpen, type HeldState } from '../../core/quarantine.js';
import type { Db, Schema } from '../schema.js';
import type { HeldAttemptFilter, HeldAttemptRow } from '../types.js';
import { ONE_ROW } from './compiled-once.js';

/** The index refuses a second item as well; asking first gives the refusal a sentence in every backend. */
export async function putHeldAttempt(db: Db, row: HeldAttemptRow): Promise<void> {
  const other = await heldAttemptOf(db, row.digest);
  if (other !== undefined && other.id !== row.id && (isOpen(other) || isFinalAnswer(other)))
    throw new DomainError('conflict', `This attempt is ${other.id} already.`);
  const { state, haltId, expiresAt, decidedBy, decidedAt } = row;
  const decision = { decided_by: decidedBy, decided_at: decidedAt };
  const change = { state, halt_id: haltId, expires_at: expiresAt, ...decision };
  await db
    .insertInto('held_attempt')
    .values({
      id: row.id,
      number: row.number,
      digest: row.digest,
      agent_id: row.agentId,
      tool: row.tool,
      action_class: row.actionClass,
      action_id: row.actionId,
      held_at: row.at,
      ...change,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}

export async function heldAttempt(db: Db, id: string): Promise<HeldAttemptRow | undefined> {
  return db.selectFrom('held_attempt').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export async function heldAttemptOf(db: Db, digest: string): Promise<HeldAttemptRow | undefined> {
  return db
    .selectFrom('held_attempt')
    .select(COLUMNS)
    .where('digest', '=', digest)
    .orderBy('number', 'desc')
    .limit(ONE_ROW)
    .executeTakeFirst();
}

export async function heldAttempts(
  db: Db,
  { limit, ...filter }: HeldAttemptFilter & { limit: number },
): Promise<HeldAttemptRow[]> {
  const query = db.selectFrom('held_attempt').select(COLUMNS).orderBy('number').limit(limit);
  return narrowed(query, filter).execute();
}

export async function countHeldAttempts(
  db: Db,
  filter: HeldAttemptFilter,
): Promise<Partial<Record<HeldState, number>>> {
  const query = db
    .selectFrom('held_attempt')
    .select((column) => ['state', column.fn.count('id').as('count')])
    .groupBy('state');
  const rows = await narrowed(query, filter).execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}

export async function decidedWaits(db: Db, limit: number): Promise<{ at: string; decidedAt: string }[]> {
  return db
    .selectFrom('held_attempt')
    .select('held_at as at')
    .select((column) => column.ref('decided_at').$notNull().as('decidedAt'))
    .where('decided_at', 'is not', null)
    .orderBy('decided_at', 'desc')
    .limit(limit)
    .execute();
}

function narrowed<O>(
  query: SelectQueryBuilder<Schema, 'held_attempt', O>,
  { states, haltId, agentId, tool, actionId, after }: HeldAttemptFilter,
): SelectQueryBuilder<Schema, 'held_attempt', O> {
  let narrow = query;
  if (states !== undefined) narrow = narrow.where('state', 'in', [...states]);
  if (haltId !== undefined) narrow = narrow.where('halt_id', '=', haltId);
  if (agentId !== undefined) narrow = narrow.where('agent_id', '=', agentId);
  if (tool !== undefined) narrow = narrow.where('tool', '=', tool);
  if (actionId !== undefined) narrow = narrow.where('action_id', '=', actionId);
  if (after !== undefined) narrow = narrow.where('number', '>', after);
  return narrow;
}

const COLUMNS = [
  'id',
  'number',
  'state',
  'digest',
  'halt_id as haltId',
  'agent_id as agentId',
  'tool',
  'action_class as actionClass',
  'action_id as actionId',
  'held_at as at',
  'expires_at as expiresAt',
  'decided_by as decidedBy',
  'decided_at as decidedAt',
] as const;
