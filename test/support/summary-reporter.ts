import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that machines read: `N passed, N failed` (and skipped ones, which are never silent). */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // Files that cannot be read, hooks that fail, and what is left open: a failure without a test that failed.
    const brokenFiles = modules.filter(
      (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
    ).length;
    const skipped = count('skipped');
    const line = `${count('passed')} passed, ${count('failed') + brokenFiles} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
    process.on('exit', () => process.stdout.write(`${line}\n`));
  }
}
