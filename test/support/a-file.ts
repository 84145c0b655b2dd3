import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Writes a file of this name into a folder that goes with the test; its path. */
export function aFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
