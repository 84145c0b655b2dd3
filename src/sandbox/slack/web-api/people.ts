/** People and user groups. Ours: emulate takes our people for bots and has no user groups. */
import { isTrueIn, textIn, type Json } from '../json.js';
import { BOT_ID, BOT_USER_ID, TEAM_ID, type SandboxPerson, type SandboxUserGroup } from '../options.js';
import type { World } from '../world.js';
import { done, refused } from './reply.js';

/** users.list. */
export function listPeople({ settings }: World): Json {
  return done({
    members: [describeBot(), ...settings.users.map(describe)],
    response_metadata: { next_cursor: '' },
  });
}

/** users.info. */
export function personInfo({ settings }: World, args: Json): Json {
  const id = textIn(args, 'user');
  if (id === BOT_USER_ID) return done({ user: describeBot() });
  const person = settings.users.find((candidate) => candidate.id === id);
  return person ? done({ user: describe(person) }) : refused('user_not_found');
}

/** users.lookupByEmail. */
export function lookUpByEmail({ settings }: World, args: Json): Json {
  const email = textIn(args, 'email').toLowerCase();
  const person = settings.users.find((candidate) => email !== '' && candidate.email?.toLowerCase() === email);
  return person ? done({ user: describe(person) }) : refused('users_not_found');
}

/** usergroups.list. Members come along only when asked for. */
export function listGroups({ settings }: World, args: Json): Json {
  const withUsers = isTrueIn(args, 'include_users');
  return done({ usergroups: settings.userGroups.map((group) => describeGroup(group, withUsers)) });
}

/** usergroups.users.list. */
export function groupMembers({ settings }: World, args: Json): Json {
  const group = settings.userGroups.find(({ id }) => id === textIn(args, 'usergroup'));
  return group ? done({ users: group.users }) : refused('no_such_subteam');
}

function describe({ id, name, email, realName = name }: SandboxPerson): Json {
  return {
    id,
    team_id: TEAM_ID,
    name,
    real_name: realName,
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: { real_name: realName, display_name: name, ...(email ? { email } : {}) },
  };
}

function describeBot(): Json {
  const bot = describe({ id: BOT_USER_ID, name: 'sandbox-bot', realName: 'Sandbox bot' });
  return {
    ...bot,
    is_bot: true,
    profile: { real_name: 'Sandbox bot', display_name: 'sandbox-bot', bot_id: BOT_ID },
  };
}

function describeGroup({ id, handle, name = handle, users }: SandboxUserGroup, withUsers: boolean): Json {
  return {
    id,
    team_id: TEAM_ID,
    is_usergroup: true,
    handle,
    name,
    description: '',
    date_delete: 0,
    user_count: users.length,
    ...(withUsers ? { users } : {}),
  };
}
