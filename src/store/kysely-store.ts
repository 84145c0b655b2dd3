import { DomainError } from '../core/errors.js';
import type { Instant } from '../core/ids.js';
import { newPlaneIdentity } from './plane-identity.js';
import { keepPlaneIdentity, planeIdentity } from './queries/settings.js';
import { openReadings } from './fold-stream.js';
import type { Nesting } from './nesting.js';
import { createReader, type Run } from './reader.js';
import type { Db } from './schema.js';
import { createTransaction } from './transaction.js';
import { createTurns, type Urgency } from './turns.js';
import type { Store } from './types.js';
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
  readonly nesting: Nesting;
}

/** The store over any Kysely database. */
export function createKyselyStore(backend: Backend): Store {
  const { db, attempt, nesting } = backend;
  const turns = createTurns();
  let closing: Promise<void> | undefined;
  const inTurn = <T>(urgency: Urgency, work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) return Promise.reject(new DomainError('unavailable', CLOSED));
    // The one connection is taken: waiting for it here would be waiting for oneself.
    if (nesting.isInside())
      return Promise.reject(new Error('inside a transaction use the `tx` you were given, not the store'));
    return attempt(() => turns.take(urgency, work));
  };
  const committed = {};
  const urgentActs = actsOf(backend, committed, (work) => inTurn('urgent', work));
  // Lets what runs finish first.
  const close = (): Promise<void> => (closing ??= turns.take('patient', () => db.destroy()));
  const urgent: Store = {
    ...urgentActs,
    close,
    get urgent() {
      return urgent;
    },
  };
  return { ...actsOf(backend, committed, (work) => inTurn('patient', work)), close, urgent };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** All that is asked of the store, each in its turn. `committed` is where readings are kept. */
function actsOf(
  { db, now, isDamage, nesting }: Backend,
  committed: object,
  inTurn: InTurn,
): Omit<Store, 'urgent' | 'close'> {
  const read: Run = (query) => inTurn(() => query(db));
  const write: Run = (query) =>
    inTurn(() => db.transaction().execute((connection) => nesting.within(() => query(connection))));
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
    planeIdentity: async () =>
      (await read(planeIdentity)) ??
      (await write((connection) => keepPlaneIdentity(connection, newPlaneIdentity()))),
    verify: (expected = []) => verifyJournal({ read, isDamage }, expected),
  };
}
