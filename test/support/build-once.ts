import { execFileSync } from 'node:child_process';

/** Compiles once per run: tests that start processes of their own run the very files that ship. */
export function setup(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
}
