/** Every migration there is, in the order they run. Forward only; a released one is never edited. */
import { initialSchema } from './0001-initial-schema.js';
import { heldAttempts } from './0002-held-attempts.js';
import { decidedAt } from './0003-decided-at.js';
import { umbrellas } from './0004-umbrellas.js';
import { heldPosts } from './0005-held-posts.js';
import { heldActions } from './0006-held-actions.js';
import { alertSaid } from './0007-alert-said.js';
import type { Db } from '../schema.js';

export const MIGRATIONS: Readonly<Record<string, (db: Db) => Promise<void>>> = {
  '0001-initial-schema': initialSchema,
  '0002-held-attempts': heldAttempts,
  '0003-decided-at': decidedAt,
  '0004-umbrellas': umbrellas,
  '0005-held-posts': heldPosts,
  '0006-held-actions': heldActions,
  '0007-alert-said': alertSaid,
};
