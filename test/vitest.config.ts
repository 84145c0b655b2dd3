import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './support/summary-reporter.js';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    // Takes minutes of its own: `npm run test:kill`.
    exclude: process.argv.some((word) => word.includes('kill-anywhere'))
      ? []
      : ['test/stories/kill-anywhere.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    reporters: ['default', new SummaryReporter()],
    // The machines are shared: a story that a busy minute broke is told again, and what is really broken stays broken.
    retry: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
