import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';

/** Somebody else who has the write lock of this database until `release`, or until the test ends. */
export function holdDatabase(path: string): { readonly release: () => void } {
  const other = new Database(path);
  other.exec('begin immediate');
  const release = (): void => {
    if (!other.open) return;
    other.exec('rollback');
    other.close();
  };
  onTestFinished(release);
  return { release };
}

/** Takes a table away until `mend`, or until the test ends: whoever reads it has a defect. */
export function breakTable(path: string, table: string): { readonly mend: () => void } {
  const rename = (from: string, to: string): void => {
    const other = new Database(path, { timeout: 5_000 });
    other.exec(`alter table ${from} rename to ${to}`);
    other.close();
  };
  rename(table, `${table}_away`);
  let broken = true;
  const mend = (): void => {
    if (broken) rename(`${table}_away`, table);
    broken = false;
  };
  onTestFinished(mend);
  return { mend };
}
