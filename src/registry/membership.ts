import { CORE_ROLES } from '../core/role.js';
import { faultAt } from './check-file.js';
import type { Fault } from './registry-error.js';
import { Role } from './schema.js';
import { valuesAt } from './values-at.js';
import type { YamlFile } from './yaml-file.js';

/** Every role that permissions know exists, and every role can be reached: a page to nobody helps nobody. */
export function checkMembership(file: YamlFile | undefined): Fault[] {
  if (file === undefined) return [];
  const roles = valuesAt(file.data, 'roles.*');
  const names = new Set(roles.map(({ path }) => path.at(-1)));
  const missing = CORE_ROLES.filter((role) => !names.has(role)).map((role) =>
    faultAt(file, {
      path: ['roles'],
      advice: `role ${role} is missing; permissions depend on it, so add it`,
    }),
  );
  const wrong = roles.flatMap(({ path, value }) => {
    const role = Role.safeParse(value);
    // A block with other faults gets those; `userIDs` should not also be told that nobody holds the role.
    if (!role.success) return [];
    const { userIds, userGroups } = role.data;
    const advice = adviceFor(String(path.at(-1)), userIds.length + userGroups.length);
    return advice === undefined ? [] : [faultAt(file, { path, part: 'key', advice })];
  });
  return [...missing, ...wrong];
}

function adviceFor(role: string, members: number): string | undefined {
  if (role !== 'agent-owner')
    return members > 0 ? undefined : `${role}: nobody holds it; list at least one of userIds or userGroups`;
  return members === 0
    ? undefined
    : 'agent-owner: its members come from agents.yml; write them there under owners and remove them here';
}
