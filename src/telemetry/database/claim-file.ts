import Database from 'better-sqlite3';
import { DomainError } from '../../core/errors.js';

/** While it is held no other process may use the file; it ends with the process, however that ends. */
export interface Claim {
  release(): void;
}

/** How long the process that we replace may need to end. */
const PATIENCE_MS = 2_000;

/**
 * Two processes on one telemetry database would each keep sums of half of what comes in and write them over the other's.
 * The claim is a lock on a file beside it, held by an open transaction: the system ends it with the process, so
 * that nothing is left behind by one that was killed. DomainError `unavailable` says whose the file is and what to do.
 */
export function claimFile(path: string): Claim {
  const beside = `${path}-claim`;
  try {
    const lock = new Database(beside, { timeout: PATIENCE_MS });
    lock.exec('begin exclusive');
    return { release: () => void lock.close() };
  } catch (error) {
    throw isHeld(error) ? taken(path, error) : unusable(path, error);
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

function taken(path: string, cause: unknown): DomainError {
  return new DomainError(
    'unavailable',
    `Another Haltline process is using the telemetry database ${path}. Stop that process, or give this one a file of ` +
      'its own with HALTLINE_TELEMETRY_DATABASE_URL.',
    { cause },
  );
}

function unusable(path: string, cause: unknown): DomainError {
  return new DomainError(
    'unavailable',
    `The telemetry database ${path} cannot be claimed with a file beside it. Check that its folder exists and that ` +
      'this user may write there.',
    { cause },
  );
}
