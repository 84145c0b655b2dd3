import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that machines read: `N passed, N failed` (and skipped ones, which are never silent). */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    const brokenFiles = modules.filter(
      (module) => module.state() === 'failed' && module.children.size === 0,
    ).length;
    const skipped = count('skipped');
    const line = `${count('passed')} passed, ${count('failed') + brokenFiles} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
    process.on('exit', () => process.stdout.write(`${line}\n`));
  }
}
