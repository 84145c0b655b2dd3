import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '../core/errors.js';
import type { Instant } from '../core/ids.js';
import { newPlaneIdentity } from './plane-identity.js';
import { keepPlaneIdentity, planeIdentity } from './queries/settings.js';
import { openReadings } from './fold-stream.js';
import { createReader, type Run } from './reader.js';
import type { Db } from './schema.js';
import { createTransaction } from './transaction.js';
import type { Store } from './types.js';
import { patiently, urgently } from './urgency.js';
import { verifyJournal } from './verify.js';

const CLOSED = 'Haltline is stopping and its database is closed. Try again in a moment.';

/** What differs between databases; everything else is shared. */
export interface Backend {
  readonly db: Db;
  readonly now: () => Instant;
  /** Runs one attempt, again while the database is held, and turns its errors into DomainErrors. */
  readonly attempt: <T>(work: () => Promise<T>) => Promise<T>;
  /** True for errors that mean the stored data are unsound. */
  readonly isDamage: (error: unknown) => boolean;
}

/** The store over any Kysely database. */
export function createKyselyStore({ db, now, attempt, isDamage }: Backend): Store {
  const within = new AsyncLocalStorage<{ open: boolean }>();
  const committed = {};
  let closing: Promise<void> | undefined;
  const outside = <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(new DomainError('unavailable', CLOSED));
    // The one connection is taken: waiting for it here would be waiting for oneself.
    if (within.getStore()?.open === true)
      return Promise.reject(new Error('inside a transaction use the `tx` you were given, not the store'));
    return attempt(work);
  };
  const read: Run = (query) => outside(() => query(db));
  const write: Run = (query) =>
    outside(() =>
      db.transaction().execute(async (connection) => {
        const scope = { open: true };
        return within.run(scope, () => query(connection)).finally(() => (scope.open = false));
      }),
    );
  return {
    ...createReader(read, { committed }),
    transact: (work) => {
      let open = openReadings();
      return write((connection) => {
        // Begun anew where the database was held: what an attempt read that did not commit is forgotten.
        open = openReadings();
        return work(createTransaction(connection, { now, readings: { committed, open } }));
      }).then((result) => {
        open.keep.forEach((keep) => keep());
        return result;
      });
    },
    urgently,
    patiently,
    planeIdentity: async () =>
      (await read(planeIdentity)) ??
      (await write((connection) => keepPlaneIdentity(connection, newPlaneIdentity()))),
    verify: (expected = []) => verifyJournal({ read, isDamage }, expected),
    close: () => (closing ??= db.destroy()),
  };
}
