import { sql, type Selectable } from 'kysely';
import { DomainError } from '../../core/errors.js';
import { incidentName, type IncidentKind } from '../../core/ids.js';
import type { Db, IncidentTable } from '../schema.js';
import type { IncidentRow, Reader, Transaction } from '../types.js';
import { compiledOnce, ONE_ROW, type ValueOf } from './compiled-once.js';

/** The partial unique indexes decide, not a look-up: two racing alerts open one incident. */
export async function addIncident(db: Db, row: IncidentRow): Promise<void> {
  const added = await db
    .insertInto('incident')
    .values({
      kind: row.kind,
      number: row.number,
      name: incidentName(row.kind, row.number),
      open: row.open ? 1 : 0,
      agent_id: row.agentId,
      dedup_key: row.dedupKey,
      channel_name: row.channelName,
      channel_id: row.channelId,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('number')
    .executeTakeFirst();
  if (added !== undefined) return;
  throw new DomainError(
    'conflict',
    `Another open incident has this agent or this alert already. Join that one instead of opening ${incidentName(row.kind, row.number)}.`,
  );
}

export async function setIncident(db: Db, ...[kind, number, change]: Parameters<Transaction['setIncident']>) {
  const result = await db
    .updateTable('incident')
    .set({
      ...(change.open === undefined ? {} : { open: change.open ? 1 : 0 }),
      ...(change.channelId === undefined ? {} : { channel_id: change.channelId }),
      ...(change.channelName === undefined ? {} : { channel_name: change.channelName }),
      number,
    })
    .where('kind', '=', kind)
    .where('number', '=', number)
    .executeTakeFirst();
  if (result.numUpdatedRows > 0n) return;
  throw new DomainError('not-found', `There is no incident ${incidentName(kind, number)}.`);
}

export async function incident(db: Db, kind: IncidentKind, number: number): Promise<IncidentRow | undefined> {
  const [row] = await incidentOf(db, { kind, number });
  return row && toIncident(row);
}

const incidentOf = compiledOnce((db, value: ValueOf<{ kind: IncidentKind; number: number }>) =>
  db
    .selectFrom('incident')
    .selectAll()
    .where('kind', '=', value('kind'))
    .where('number', '=', value('number')),
);

export async function incidentByChannel(db: Db, channelId: string): Promise<IncidentRow | undefined> {
  const row = await db
    .selectFrom('incident')
    .leftJoin('cause', 'cause.incident', 'incident.name')
    .selectAll('incident')
    .where('channel_id', '=', channelId)
    .orderBy('open', 'desc')
    // Members of an umbrella are worked in its channel: what is said there is about the umbrella.
    .orderBy((is) => is.fn.coalesce(is.case().when('cause.place', '=', 'sheltered').then(1).end(), is.val(0)))
    .orderBy('number', 'desc')
    .limit(ONE_ROW)
    .executeTakeFirst();
  return row && toIncident(row);
}

export async function incidents(db: Db, filter: Parameters<Reader['incidents']>[0]): Promise<IncidentRow[]> {
  const { kind, open, sheltered, limit } = filter;
  const rows = await db
    .selectFrom('incident')
    .leftJoin('cause', 'cause.incident', 'incident.name')
    .selectAll('incident')
    .$if(sheltered === false, (query) =>
      query.where((is) => is.or([is('cause.place', 'is', null), is('cause.place', '!=', 'sheltered')])),
    )
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? 'incident'))
    .$if(open !== undefined, (query) => query.where('open', '=', open === true ? 1 : 0))
    .orderBy('open', 'desc')
    .orderBy('number', 'desc')
    .orderBy('kind', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toIncident);
}

/** Drills do not count: a real alert during an exercise opens a real incident. */
export async function openIncidentForAgent(db: Db, agentId: string): Promise<IncidentRow | undefined> {
  const [row] = await openOfAgent(db, { agentId });
  return row && toIncident(row);
}

const openOfAgent = compiledOnce((db, value: ValueOf<{ agentId: string }>) =>
  db
    .selectFrom('incident')
    .selectAll()
    .where('agent_id', '=', value('agentId'))
    .where('open', '=', sql.lit(1))
    .where('kind', '=', sql.lit<'incident'>('incident')),
);

function toIncident(row: Selectable<IncidentTable>): IncidentRow {
  return {
    kind: row.kind,
    number: row.number,
    open: row.open === 1,
    agentId: row.agent_id,
    dedupKey: row.dedup_key,
    channelName: row.channel_name,
    channelId: row.channel_id,
  };
}
