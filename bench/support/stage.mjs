/** A real Haltline on this machine, in a process of its own, with a Slack of the sandbox in this one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBot } from '../../dist/src/sandbox/demo/bot.js';
import { manifestScopes } from '../../dist/src/sandbox/demo/manifest-scopes.js';
import { PEOPLE } from '../../dist/src/sandbox/demo/people.js';
import { createSandboxWorkspace } from '../../dist/src/sandbox/slack/workspace.js';

export const AGENT = 'billing-agent';

/** A server that answers, its Slack, and a folder of its own that goes with `close`. */
export async function startServer(port, about = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-bench-'));
  const databasePath = join(folder, 'bench.db');
  const workspace = await createSandboxWorkspace({
    users: PEOPLE,
    channels: [{ name: 'agent-incidents' }],
    scopes: manifestScopes(),
    ...about,
  });
  const bot = startBot({
    apiUrl: workspace.apiUrl,
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    databasePath,
    port,
    bootstrapToken: 'bench-bootstrap-token-of-this-machine',
    announceChannel: 'agent-incidents',
  });
  await bot.ready();
  return {
    bot,
    workspace,
    databasePath,
    close: async () => {
      await bot.child.stop();
      await workspace.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openStage({ port, workspace: about = {} }) {
  const { bot, workspace, databasePath, close } = await startServer(port, about);
  const tokenOf = async (change) => (await bot.api('POST', '/v1/tokens', { name: 'bench', ...change })).token;
  const lifters = await Promise.all(
    ['U0SRE1', 'U0SRE2'].map((person) =>
      tokenOf({ scopes: ['operate'], roles: ['on-call-sre', 'incident-commander'], person }),
    ),
  );
  const guardToken = await tokenOf({ scopes: ['guard'] });
  const alertToken = await tokenOf({ scopes: ['alerts'] });
  const telemetryToken = await tokenOf({ scopes: ['activity'] });
  return {
    bot,
    workspace,
    port,
    telemetryToken,
    guardToken,
    alertToken,
    pid: bot.child.process.pid,
    databasePath,
    order: (scope) => bot.api('POST', '/v1/halts', { scope, reason: 'bench' }),
    /** Two people, as it has to be. */
    async lift(haltId) {
      const [one, two] = lifters;
      const path = `/v1/halts/${haltId}/lift`;
      const { digest } = await bot.api('POST', path, { action: 'request', reason: 'bench' }, one);
      await bot.api('POST', path, { action: 'approve', digest }, two);
    },
    status: () => bot.api('GET', '/v1/status'),
    close,
  };
}
