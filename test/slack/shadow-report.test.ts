import { expect, it } from 'vitest';
import { shadowReporter } from '../../src/operations/detection/report-shadow.js';
import type { Finding } from '../../src/core/tripwire/finding.js';
import { aFinding } from '../support/findings.js';
import { ANNOUNCE, messagesOf, openBot } from './bot.js';

it('tells the channel once a day what the rules in shadow would have done', async () => {
  const bot = await openBot();
  let now = Date.now();
  const fired: Finding[] = [aFinding({ mode: 'shadow', firedAtMs: now + 3_600_000 })];
  const { tripwires } = bot.deps.registry;
  const registry = {
    ...bot.deps.registry,
    tripwires: { ...tripwires, rules: { ...tripwires.rules, 'cost-rate': { mode: 'shadow' as const } } },
  };
  const deps = { ...bot.deps, registry, now: () => new Date(now).toISOString() };
  const report = shadowReporter(deps, { findings: () => Promise.resolve(fired) });
  await report();
  now += 24 * 3_600_000;
  await report();

  await bot.show(`shadow-report:${deps.now()}`);

  const [message] = await messagesOf(bot, ANNOUNCE);
  expect(message?.text).toContain('would have fired once in the 24 h');
  expect(JSON.stringify(message?.blocks)).toContain('it overlapped no incident');
});
