import { expect, it } from 'vitest';
import { raiseFinding } from '../../../src/operations/detection/raise-finding.js';
import { aFinding } from '../../support/findings.js';
import { messagesOf, openBot, ANNOUNCE } from '../bot.js';

it('tells what a wire in mode warn saw where everybody reads, and that nobody was paged', async () => {
  const bot = await openBot();
  const finding = aFinding({
    mode: 'warn',
    sentence: 'billing-agent used <!channel> in the hour to 03:12 (UTC).',
  });
  await raiseFinding(bot.deps, finding);

  await bot.show(`tripwire-warning:${finding.dedupKey}`);
  await bot.show(`tripwire-warning:${finding.dedupKey}`);

  const [message, ...others] = await messagesOf(bot, ANNOUNCE);
  expect(others).toEqual([]);
  expect(message?.text).toContain('billing-agent · cost-rate');
  expect(message?.text).not.toContain('<!channel>');
  expect(JSON.stringify(message?.blocks)).toContain('nobody was paged');
});
