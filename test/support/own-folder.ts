import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for the temporary files of the whole run, so that also those of killed workers are gone when it is over. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-tests-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
