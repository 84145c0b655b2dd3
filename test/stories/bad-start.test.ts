/** What is wrong at the start is said at the start, in words that tell what to mend. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, botSettings, startBotProcess, type BotSettings } from '../support/bot-process.js';
import { changedRunbooks, type RunbookChange } from '../support/changed-runbooks.js';
import { startCli, type Running } from '../support/processes.js';
import { openStoryWorkspace } from '../support/story-workspace.js';

describe('runbooks with five faults', () => {
  const FAULTS = [
    [/agents\.yml:\d+:\d+ .*blastRadius/, 'agents.yml', 'blastRadius: high', 'blastRadius: hgih'],
    [
      /agents\.yml:\d+:\d+ .*actionClass/,
      'agents.yml',
      'actionClass: database-write',
      'actionClass: database-rite',
    ],
    [/roles\.yml:\d+:\d+ .*ic-one/, 'roles.yml', 'U0IC1', 'ic-one'],
    [
      /tripwires\.yml:\d+:\d+ .*cost-rat/,
      'tripwires.yml',
      'AgentSpendRate: cost-rate',
      'AgentSpendRate: cost-rat',
    ],
    [
      /database-write\.yml:\d+:\d+ .*operator/,
      'action-classes/database-write.yml',
      'operator: d',
      'operator: no-d',
    ],
  ] as const;

  function brokenRunbooks(): string {
    return changedRunbooks(
      ...FAULTS.map(([, file, good, bad]): RunbookChange => [file, (text) => text.replace(good, bad)]),
    );
  }

  const ways: readonly (readonly [string, (settings: BotSettings) => Running])[] = [
    ['haltline doctor', ({ environment }) => startCli(['doctor'], environment)],
    ['haltline start', ({ environment }) => startCli(['start'], environment)],
    ['npm start', startBotProcess],
  ];

  it.each(ways)('are all told at once by %s, each with its place, and it ends with 1', async (_, start) => {
    const workspace = await openStoryWorkspace();
    onTestFinished(() => workspace.stop());
    const settings = await botSettings(workspace, { HALTLINE_RUNBOOKS: brokenRunbooks() });

    const started = start(settings);

    expect(await started.ended).toBe(1);
    expect(started.said()).toContain('5 faults');
    for (const [pattern] of FAULTS) expect(started.said()).toMatch(pattern);
    expect(started.said()).not.toMatch(/\n\s+at /);
  });
});

describe('a bad SLACK_BOT_TOKEN', () => {
  it.each([
    ['that Slack does not know', 'xoxb-revoked-long-ago'],
    ['of another kind', 'xoxp-a-persons-token'],
    ['that is missing', ''],
  ])('%s ends the start with 1 and is named', async (_, token) => {
    const workspace = await openStoryWorkspace();
    onTestFinished(() => workspace.stop());
    const settings = await botSettings(workspace, { SLACK_BOT_TOKEN: token });
    const readiness: number[] = [];

    const bot = startBotProcess(settings);
    const probe = setInterval(() => {
      void ask(settings.url, '/readyz').then(
        ({ status }) => readiness.push(status),
        () => undefined,
      );
    }, 50);
    const exitCode = await bot.ended;
    clearInterval(probe);

    expect(exitCode).toBe(1);
    expect(bot.said()).toContain('SLACK_BOT_TOKEN');
    expect(readiness).not.toContain(200);
    if (token !== '') expect(bot.said()).not.toContain(token);
  });
});
