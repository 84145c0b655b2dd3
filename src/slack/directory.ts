/**
 * Who holds which role, held in memory and kept in the store: a halt never waits for Slack, and survives a Slack
 * that is down at start. Refreshed from user groups; what cannot be read stays as it was.
 */
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../operations/deps.js';
import type { Directory } from '../operations/access/directory.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/types.js';
import { slackErrorCode } from './door/identity.js';

const SETTING = 'directory:groups';

/** User-group id → members. */
const Groups = z.record(z.string(), z.array(z.string()));
type Groups = z.infer<typeof Groups>;

export interface KeptDirectory extends Directory {
  /** Asks Slack for the members of every group that roles.yml and agents.yml name. Never rejects. */
  refresh(): Promise<void>;
}

interface Options {
  readonly store: Store;
  readonly registry: Registry;
  readonly client: WebClient;
  readonly log: Log;
}

export async function createDirectory({ store, registry, client, log }: Options): Promise<KeptDirectory> {
  const kept = Groups.safeParse(await store.setting(SETTING));
  let groups: Groups = kept.success ? kept.data : {};
  return {
    rolesOf: (userId) => rolesOf(registry, groups, userId),
    membersOf: (role, agentId) => membersOf(registry, groups, { role, agentId }),
    refresh: async () => {
      const fresh = await fetchGroups(registry, client, log);
      if (fresh === undefined) return;
      groups = { ...groups, ...fresh };
      await store
        .transact((tx) => tx.setSetting(SETTING, groups))
        .catch((error: unknown) => log.warn({ error: String(error) }, 'the directory could not be kept'));
    },
  };
}

function rolesOf(registry: Registry, groups: Groups, userId: string): { roles: string[]; owns: string[] } {
  const holds = (userIds: readonly string[], groupIds: readonly string[]): boolean =>
    userIds.includes(userId) || groupIds.some((group) => groups[group]?.includes(userId) === true);
  const roles = [...registry.roles.values()]
    .filter((role) => holds(role.userIds, role.userGroups))
    .map(({ name }) => name);
  const owns = [...registry.agents.values()]
    .filter((agent) => holds(agent.owners, agent.owners))
    .map(({ id }) => id);
  return { roles, owns };
}

function membersOf(
  registry: Registry,
  groups: Groups,
  { role, agentId }: { role: string; agentId: string | null },
): string[] {
  if (role === 'agent-owner') {
    const owners = agentId === null ? [] : (registry.agents.get(agentId)?.owners ?? []);
    return unique(owners.flatMap((owner) => groups[owner] ?? (isGroup(owner) ? [] : [owner])));
  }
  const found = registry.roles.get(role);
  if (found === undefined) return [];
  return unique([...found.userIds, ...found.userGroups.flatMap((group) => groups[group] ?? [])]);
}

/** User-group ids begin with S, users with U or W. */
function isGroup(id: string): boolean {
  return id.startsWith('S');
}

function unique(users: readonly string[]): string[] {
  return [...new Set(users)];
}

/** Members by the name that the runbooks use (id or handle); undefined when Slack will not say. */
async function fetchGroups(registry: Registry, client: WebClient, log: Log): Promise<Groups | undefined> {
  const wanted = unique([
    ...[...registry.roles.values()].flatMap((role) => role.userGroups),
    ...[...registry.agents.values()].flatMap((agent) => agent.owners.filter(isGroup)),
  ]);
  if (wanted.length === 0) return undefined;
  try {
    const { usergroups = [] } = await client.usergroups.list({});
    const fetched: Groups = {};
    for (const name of wanted) {
      const group = usergroups.find(({ id, handle }) => id === name || handle === name);
      if (group?.id === undefined) {
        log.warn({ group: name }, 'a user group of the runbooks does not exist in the workspace');
        continue;
      }
      fetched[name] = (await client.usergroups.users.list({ usergroup: group.id })).users ?? [];
    }
    return fetched;
  } catch (error) {
    log.warn(
      { error: slackErrorCode(error) ?? String(error) },
      'user groups cannot be read: roles stay as they were, users named in the runbooks count all the same',
    );
    return undefined;
  }
}
