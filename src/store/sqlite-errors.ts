import { SqliteError } from 'better-sqlite3';
import { DomainError } from '../core/errors.js';

/** True while another connection holds the lock that was wanted: worth waiting for. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

/** True when what was read is not a sound database: a finding of `verify`, not a failure of it. */
export function isDamage(error: unknown): boolean {
  const cause = error instanceof DomainError ? error.cause : error;
  return cause instanceof SqliteError && /^SQLITE_(CORRUPT|NOTADB|ERROR)/.test(cause.code);
}

/** Trouble with the file, the disk or the lock becomes a refusal that says what to do; defects stay what they are. */
export function asDomainError(error: unknown): unknown {
  if (!(error instanceof SqliteError)) return error;
  const sentence = TROUBLES.find(([code]) => error.code.startsWith(code))?.[1];
  if (sentence === undefined) return error;
  return new DomainError('unavailable', `${sentence} (${error.code})`, { cause: error });
}

const TROUBLES: readonly (readonly [code: string, sentence: string])[] = [
  ['SQLITE_BUSY', 'Another process holds the database. Find out which and stop it, or try again.'],
  ['SQLITE_LOCKED', 'Another process holds the database. Find out which and stop it, or try again.'],
  ['SQLITE_FULL', 'The disk is full: nothing can be recorded. Free space on the volume of the database.'],
  ['SQLITE_IOERR', 'The disk does not take the database. Check the volume and its mount.'],
  ['SQLITE_READONLY', 'The database may not be written. Check who owns the file and its folder.'],
  ['SQLITE_PERM', 'The database may not be opened. Check who owns the file and its folder.'],
  ['SQLITE_CANTOPEN', 'The database cannot be opened. Check the path, and who owns the file and its folder.'],
  ['SQLITE_CORRUPT', 'The database file is damaged. Stop Haltline and restore the newest backup.'],
  ['SQLITE_NOTADB', 'The file is not a Haltline database. Check HALTLINE_DATABASE_URL.'],
  ['SQLITE_NOMEM', 'There is not enough memory for the database. Free some, or restart Haltline.'],
];
