import { execFileSync } from 'node:child_process';

/**
 * Compiles once per run: tests that start processes of their own run the very files that ship. HALTLINE_TEST_BUILD=skip
 * is for tests that read sources only.
 */
export function setup(): void {
  if (!isBuilt()) return;
  // Its types are looked at by `npm run types`: once is enough.
  const args = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck'];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

/** Is there a build of these very sources in this run? */
export function isBuilt(): boolean {
  return process.env['HALTLINE_TEST_BUILD'] !== 'skip';
}
