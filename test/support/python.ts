/** The Python of this machine. Tests that need it are skipped, visibly, where there is none; never in CI. */
import { spawnSync } from 'node:child_process';

const NAMED = process.env['PYTHON'] ?? 'python3';
const answered = spawnSync(NAMED, ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

if (!answered && process.env['CI'] !== undefined)
  throw new Error(`${NAMED} is no Python 3.9 or newer: the tests of clients/python cannot run`);

/** Undefined where there is none. */
export const PYTHON = answered ? NAMED : undefined;
