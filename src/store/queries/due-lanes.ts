import { sql } from 'kysely';
import type { Instant } from '../../core/ids.js';
import type { Db } from '../schema.js';
import type { EffectLane } from '../types.js';

/**
 * The lanes in which something may be due: one small question in the place of a transaction for each. What waits for
 * something else, such as a channel that is still to be made, is counted as well. Literals, so that the partial indexes serve.
 */
export async function dueLanes(db: Db, now: Instant): Promise<EffectLane[]> {
  const { rows } = await sql<{ lane: EffectLane }>`
    select lane from effect where state = 'waiting' and (due_at is null or due_at <= ${now})
    union
    select lane from surface
    where parked = 0 and wanted_version > rendered_version and (due_at is null or due_at <= ${now})
  `.execute(db);
  return rows.map(({ lane }) => lane);
}
