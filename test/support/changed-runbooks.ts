/** The runbooks that ship, in a folder of their own, with changes that must find what they change. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './processes.js';

/** A file, and its new text from the old one. */
export type RunbookChange = readonly [file: string, change: (text: string) => string];

/** Returns the folder, for HALTLINE_RUNBOOKS. */
export function changedRunbooks(...changes: readonly RunbookChange[]): string {
  const folder = join(temporaryFolder(), 'runbooks');
  cpSync('runbooks', folder, { recursive: true });
  for (const [file, change] of changes) {
    const path = join(folder, file);
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${file} does not say what was to be changed`);
    writeFileSync(path, after);
  }
  return folder;
}
