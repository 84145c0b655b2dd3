import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { COMPILED, compiledSources } from './support/compiled-sources.js';
import { LongestFirst } from './support/longest-first.js';
import { SummaryReporter } from './support/summary-reporter.js';

const root = new URL('..', import.meta.url).pathname;

/**
 * What leaves nothing behind shares its workers, so that the house is imported once a worker and not once a file. Stories,
 * Slack's doors and guards at work run processes, threads and clocks of their own: each such file has a worker for itself.
 */
const TOGETHER = [
  'test/{architecture,clients-gateways,help,manifest,runbooks}.test.ts',
  'test/contracts/{actuator,store}.test.ts',
  'test/guard/{compiled-rules.property,enforcer,halted-error,held-state,judge,lease,read-events}.test.ts',
  'test/guard/adapters/tool-table.test.ts',
  'test/prometheus/collector.test.ts',
  'test/schedule/{drill-reminders,every}.test.ts',
  'test/slack/{action-ids,call-budget,clients,directory,halt-command,redelivery,shadow-report}.test.ts',
  'test/slack/{chart/chart,surfaces/tripwire-warning}.test.ts',
  'test/{actuators,blocks,cli,core,http,operations,pagers,registry,sandbox,sources,store,telemetry}/**/*.test.ts',
];

const COMMON: TestProjectInlineConfiguration['test'] = {
  root,
  server: { deps: { external: [COMPILED] } },
  // The machines are shared: a story that a busy minute broke is told once more; what is really broken stays broken.
  retry: 1,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  // Tests of one file that say so run at once: bots with agents of their own, so many of which keep two cores busy.
  maxConcurrency: 3,
};

const plugins = [compiledSources(root)];

export default defineConfig({
  test: {
    root,
    globalSetup: ['test/support/own-folder.ts', 'test/support/build-once.ts'],
    reporters: ['default', new SummaryReporter()],
    sequence: { sequencer: LongestFirst },
    // More than two cores: most of them wait, for leases, for processes, for disks.
    maxWorkers: 3,
    projects: [
      { plugins, test: { ...COMMON, name: 'apart', include: ['test/**/*.test.ts'], exclude: TOGETHER } },
      {
        plugins,
        test: {
          ...COMMON,
          name: 'together',
          include: TOGETHER,
          isolate: false,
          setupFiles: ['test/support/leaves-nothing.ts'],
        },
      },
    ],
  },
});
