import { describe, expect, it, onTestFinished } from 'vitest';
import type { Registry } from '../../src/registry/registry.js';
import { createSlackClients } from '../../src/slack/clients.js';
import { createDirectory, type KeptDirectory } from '../../src/slack/directory.js';
import type { Deps } from '../../src/operations/deps.js';
import { openDesk } from '../support/desk.js';
import { openStoryWorkspace } from '../support/story-workspace.js';

/** A role that only a user group fills. */
function byGroup(shipped: Registry): Registry {
  const sre = shipped.roles.get('on-call-sre');
  if (sre === undefined) throw new Error('the runbooks ship on-call-sre');
  return { ...shipped, roles: new Map([...shipped.roles, ['on-call-sre', { ...sre, userIds: [] }]]) };
}

function directoryAt({ store, registry, log }: Deps, apiUrl: string): Promise<KeptDirectory> {
  const { bulk: client } = createSlackClients({ botToken: 'xoxb-sandbox', apiUrl, log });
  return createDirectory({ store, registry, client, log });
}

describe('who holds a role by a user group', () => {
  it('is known while Slack is away, and after a restart without Slack', async () => {
    const workspace = await openStoryWorkspace();
    onTestFinished(() => workspace.stop());
    const { deps } = await openDesk({ registry: byGroup });
    const { bulk: client } = createSlackClients({
      botToken: workspace.botToken,
      apiUrl: workspace.apiUrl,
      log: deps.log,
    });
    const before = await createDirectory({ ...deps, client });
    await before.refresh();
    const members = before.membersOf('on-call-sre', null);
    expect(members).not.toEqual([]);
    await workspace.stop();

    await before.refresh();
    const restarted = await directoryAt(deps, 'http://127.0.0.1:9/api/');
    await restarted.refresh();

    expect(before.membersOf('on-call-sre', null)).toEqual(members);
    expect(restarted.membersOf('on-call-sre', null)).toEqual(members);
    expect(restarted.rolesOf(members[0] ?? '').roles).toContain('on-call-sre');
  });
});
