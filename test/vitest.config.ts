import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './support/summary-reporter.js';

const EACH = {
  root: new URL('..', import.meta.url).pathname,
  // The machines are shared: a story that a busy minute broke is told once more; what is really broken stays broken.
  retry: 1,
  testTimeout: 30_000,
  hookTimeout: 60_000,
};
/** They move the clock by weeks: what others have left running would run as long. */
const MOVE_THE_CLOCK = 'test/schedule/**/*.test.ts';

export default defineConfig({
  test: {
    root: EACH.root,
    globalSetup: ['test/support/build-once.ts'],
    reporters: ['default', new SummaryReporter()],
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...EACH,
          name: 'haltline',
          include: ['test/**/*.test.ts'],
          exclude: [MOVE_THE_CLOCK],
          // No test changes what a module holds; loading every module for every file took a third of the time.
          isolate: false,
        },
      },
      { test: { ...EACH, name: 'clock', include: [MOVE_THE_CLOCK] } },
    ],
  },
});
