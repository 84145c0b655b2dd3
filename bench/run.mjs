/** Runs every benchmark in this folder, one after the other; each prints a ratio against a baseline of the same run. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.bench.mjs'));
const failed = files.filter(
  (file) => spawnSync(process.execPath, [folder + file], { stdio: 'inherit' }).status !== 0,
);
process.exitCode = failed.length === 0 ? 0 : 1;
