/** A real Haltline on this machine, in a process of its own, with a Slack of the sandbox in this one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../../dist/src/sandbox/demo/bot.js';
import { manifestScopes } from '../../dist/src/sandbox/demo/manifest-scopes.js';
import { PEOPLE } from '../../dist/src/sandbox/demo/people.js';
import { createSandboxWorkspace } from '../../dist/src/sandbox/slack/workspace.js';

export const AGENT = 'billing-agent';

export async function openStage({ port }) {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));
  const workspace = await createSandboxWorkspace({
    users: PEOPLE,
    channels: [{ name: 'agent-incidents' }],
    scopes: manifestScopes(),
  });
  const bot = startBot({
    apiUrl: workspace.apiUrl,
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    databasePath: join(folder, 'bench.db'),
    port,
    bootstrapToken: 'bench-bootstrap-token-of-this-machine',
    announceChannel: 'agent-incidents',
  });
  await bot.ready();
  const tokenOf = async (change) => (await bot.api('POST', '/v1/tokens', { name: 'bench', ...change })).token;
  const lifters = await Promise.all(
    ['U0SRE1', 'U0SRE2'].map((person) =>
      tokenOf({ scopes: ['operate'], roles: ['on-call-sre', 'incident-commander'], person }),
    ),
  );
  const guardToken = await tokenOf({ scopes: ['guard'] });
  const alertToken = await tokenOf({ scopes: ['alerts'] });
  return {
    bot,
    workspace,
    port,
    guardToken,
    alertToken,
    pid: bot.child.process.pid,
    databasePath: join(folder, 'bench.db'),
    order: (scope) => bot.api('POST', '/v1/halts', { scope, reason: 'bench' }),
    /** Two people, as it has to be. */
    async lift(haltId) {
      const [one, two] = lifters;
      const path = `/v1/halts/${haltId}/lift`;
      const { digest } = await bot.api('POST', path, { action: 'request', reason: 'bench' }, one);
      await bot.api('POST', path, { action: 'approve', digest }, two);
    },
    status: () => bot.api('GET', '/v1/status'),
    async close() {
      await bot.child.stop();
      await workspace.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
