import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './support/summary-reporter.js';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    reporters: ['default', new SummaryReporter()],
    // The machines are shared: a story that a busy minute broke is told once more; what is really broken stays broken.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
