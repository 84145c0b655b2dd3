import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebClient } from '@slack/web-api';
import { createSandboxWorkspace, type SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, BOB, clientOf, openWorkspace, refusalOf, SCOPES } from './support.js';

let workspace: SandboxWorkspace;
let slack: WebClient;
let home: string;

beforeAll(async () => {
  workspace = await openWorkspace({
    channels: [
      { name: 'elsewhere', members: [ADA] },
      { name: 'secret', members: [ADA, BOB], private: true },
    ],
    userGroups: [{ id: 'S0OPS', handle: 'ops', users: [ADA, BOB] }],
  });
  slack = clientOf(workspace);
  home = await makeChannel('home');
});
afterAll(() => workspace.stop());

async function makeChannel(name: string): Promise<string> {
  return (await slack.conversations.create({ name })).channel?.id ?? '';
}

async function post(channel = home, text = 'hello'): Promise<string> {
  return (await slack.chat.postMessage({ channel, text })).ts ?? '';
}

async function idOf(name: string): Promise<string> {
  return (await workspace.channelNamed(name))?.id ?? '';
}

describe('tokens', () => {
  it('knows the bot', async () => {
    const me = await slack.auth.test();

    expect(me).toMatchObject({ ok: true, user_id: 'U0SANDBOXBOT', bot_id: 'B0SANDBOXBOT' });
    expect(me.response_metadata?.scopes).toEqual(SCOPES);
  });

  it.each([
    ['an unknown token', 'xoxb-unknown', 'invalid_auth'],
    ['an app token', 'xapp-sandbox-app', 'not_allowed_token_type'],
    ['no token', '', 'not_authed'],
  ])('refuses %s', async (_what, token, error) => {
    expect(await refusalOf(clientOf(workspace, token).auth.test())).toMatchObject({ error });
  });

  it('refuses a method that does not exist', async () => {
    expect(await refusalOf(slack.apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
  });
});

describe('scopes', () => {
  it.each([
    ['chat:write', (bot: WebClient) => bot.chat.postMessage({ channel: home, text: 'x' })],
    ['channels:manage', (bot: WebClient) => bot.conversations.create({ name: 'nope' })],
    ['groups:write', (bot: WebClient) => bot.conversations.create({ name: 'nope', is_private: true })],
    ['usergroups:read', (bot: WebClient) => bot.usergroups.list()],
    ['users:read.email', (bot: WebClient) => bot.users.lookupByEmail({ email: 'ada@example.test' })],
    ['pins:write', (bot: WebClient) => bot.pins.add({ channel: home, timestamp: '1.1' })],
    ['files:write', (bot: WebClient) => bot.files.getUploadURLExternal({ filename: 'a', length: 1 })],
    ['im:write', (bot: WebClient) => bot.conversations.open({ users: ADA })],
  ])('asks for %s', async (scope, act) => {
    const poor = await openWorkspace({ scopes: SCOPES.filter((one) => one !== scope) });

    const { error, data } = await refusalOf(act(clientOf(poor)));

    await poor.stop();
    expect(error).toBe('missing_scope');
    expect(data['needed']).toContain(scope);
    expect(data['provided']).not.toContain(scope);
  });

  it('lets the narrow scopes do what they are for', async () => {
    const narrow = await openWorkspace({ scopes: ['channels:manage', 'channels:write.topic'] });
    const bot = clientOf(narrow);
    const channel = (await bot.conversations.create({ name: 'narrow' })).channel?.id ?? '';

    const reply = await bot.conversations.setTopic({ channel, topic: 'x' });

    await narrow.stop();
    expect(reply.ok).toBe(true);
  });
});

describe('channels', () => {
  it('has the bot in the channel that it made', async () => {
    expect(await workspace.members(home)).toEqual(['U0SANDBOXBOT']);
  });

  it.each([
    ['Upper', 'invalid_name_specials'],
    ['with space', 'invalid_name_specials'],
    ['a.b', 'invalid_name_specials'],
    ['---', 'invalid_name_punctuation'],
    ['', 'invalid_name_required'],
    ['x'.repeat(81), 'invalid_name_maxlength'],
    ['home', 'name_taken'],
  ])('refuses the name "%s"', async (name, error) => {
    expect(await refusalOf(slack.conversations.create({ name }))).toMatchObject({ error });
  });

  it('takes a name of 80 characters', async () => {
    expect((await slack.conversations.create({ name: 'x'.repeat(80) })).ok).toBe(true);
  });

  it('takes a topic of 250 characters and refuses 251', async () => {
    expect((await slack.conversations.setTopic({ channel: home, topic: 'x'.repeat(250) })).ok).toBe(true);
    expect(
      await refusalOf(slack.conversations.setTopic({ channel: home, topic: 'x'.repeat(251) })),
    ).toMatchObject({
      error: 'too_long',
    });
  });

  it('invites all or nobody, unless forced', async () => {
    const channel = await makeChannel('guests');
    const users = `${ADA},U0NOBODY`;

    expect(await refusalOf(slack.conversations.invite({ channel, users }))).toMatchObject({
      error: 'user_not_found',
    });
    expect(await workspace.members(channel)).not.toContain(ADA);

    await slack.conversations.invite({ channel, users, force: true });
    expect(await workspace.members(channel)).toContain(ADA);
    expect(await refusalOf(slack.conversations.invite({ channel, users: ADA }))).toMatchObject({
      error: 'already_in_channel',
    });
  });

  it('takes no message in a channel that the bot is not in', async () => {
    expect(
      await refusalOf(slack.chat.postMessage({ channel: await idOf('elsewhere'), text: 'x' })),
    ).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await refusalOf(slack.conversations.history({ channel: await idOf('elsewhere') }))).toMatchObject({
      error: 'not_in_channel',
    });
  });

  it('lets chat:write.public post in public channels, not in private ones', async () => {
    const loud = await openWorkspace({
      scopes: [...SCOPES, 'chat:write.public'],
      channels: [{ name: 'secret', members: [ADA], private: true }],
    });
    const bot = clientOf(loud);

    expect((await bot.chat.postMessage({ channel: '#general', text: 'x' })).ok).toBe(true);
    const secret = (await loud.channelNamed('secret'))?.id ?? '';
    expect(await refusalOf(bot.chat.postMessage({ channel: secret, text: 'x' }))).toMatchObject({
      error: 'not_in_channel',
    });
    await loud.stop();
  });

  it('keeps an archived channel closed', async () => {
    const channel = await makeChannel('old');
    const ts = await post(channel);
    await slack.conversations.archive({ channel });

    expect(await refusalOf(post(channel))).toMatchObject({ error: 'is_archived' });
    expect(await refusalOf(slack.chat.update({ channel, ts, text: 'y' }))).toMatchObject({
      error: 'is_archived',
    });
    expect(await refusalOf(slack.conversations.archive({ channel }))).toMatchObject({
      error: 'already_archived',
    });
  });
});

describe('the rest of a channel', () => {
  it('pins once', async () => {
    const timestamp = await post();
    await slack.pins.add({ channel: home, timestamp });

    expect((await workspace.pins(home)).map(({ ts }) => ts)).toEqual([timestamp]);
    expect((await workspace.messages(home)).find(({ ts }) => ts === timestamp)?.isPinned).toBe(true);
    expect(await refusalOf(slack.pins.add({ channel: home, timestamp }))).toMatchObject({
      error: 'already_pinned',
    });
  });

  it('keeps bookmarks', async () => {
    await slack.bookmarks.add({
      channel_id: home,
      title: 'Runbook',
      type: 'link',
      link: 'https://example.test/',
    });

    expect(await workspace.bookmarks(home)).toMatchObject([
      { title: 'Runbook', link: 'https://example.test/' },
    ]);
  });

  it('keeps the bytes of an uploaded file, and where it was shared', async () => {
    await slack.filesUploadV2({
      channel_id: home,
      filename: 'post-mortem.md',
      content: '# What happened',
      title: 'Post-mortem',
    });

    const [file] = await workspace.files();

    expect(file).toMatchObject({ name: 'post-mortem.md', title: 'Post-mortem', channels: [home] });
    expect(file?.bytes.toString()).toBe('# What happened');
  });

  it('shares no file in a channel that the bot is not in', async () => {
    const upload = slack.filesUploadV2({
      channel_id: await idOf('elsewhere'),
      filename: 'a.txt',
      content: 'x',
    });

    expect(await refusalOf(upload)).toMatchObject({ error: 'not_in_channel' });
  });
});

describe('people', () => {
  it('finds them by id, by email and in groups', async () => {
    expect((await slack.users.info({ user: ADA })).user).toMatchObject({
      id: ADA,
      is_bot: false,
      real_name: 'Ada Lovelace',
    });
    expect((await slack.users.lookupByEmail({ email: 'bob@example.test' })).user?.id).toBe(BOB);
    expect((await slack.usergroups.list({ include_users: true })).usergroups).toMatchObject([
      { id: 'S0OPS', users: [ADA, BOB] },
    ]);
    expect((await slack.usergroups.users.list({ usergroup: 'S0OPS' })).users).toEqual([ADA, BOB]);
  });

  it('knows nobody else', async () => {
    expect(await refusalOf(slack.users.info({ user: 'U0NOBODY' }))).toMatchObject({
      error: 'user_not_found',
    });
    expect(await refusalOf(slack.users.lookupByEmail({ email: 'no@example.test' }))).toMatchObject({
      error: 'users_not_found',
    });
    expect(await refusalOf(slack.usergroups.users.list({ usergroup: 'S0NONE' }))).toMatchObject({
      error: 'no_such_subteam',
    });
  });
});

it('refuses what the workspace forbids, by method or by family', async () => {
  const strict = await openWorkspace({
    refuse: { usergroups: 'plan_upgrade_required', 'pins.add': 'restricted_action' },
  });
  const bot = clientOf(strict);

  expect(await refusalOf(bot.usergroups.list())).toMatchObject({ error: 'plan_upgrade_required' });
  expect(await refusalOf(bot.pins.add({ channel: 'C1', timestamp: '1.1' }))).toMatchObject({
    error: 'restricted_action',
  });
  await strict.stop();
});

it('writes down every call, without tokens', async () => {
  const watched = await createSandboxWorkspace({ users: [], scopes: SCOPES });
  const bot = clientOf(watched);
  await refusalOf(bot.chat.postMessage({ channel: 'nowhere', text: `my token is ${watched.botToken}` }));

  expect(watched.calls({ method: 'chat.postMessage' })).toMatchObject([
    {
      method: 'chat.postMessage',
      ok: false,
      error: 'channel_not_found',
      args: { text: 'my token is [redacted]' },
    },
  ]);
  expect(JSON.stringify(watched.calls())).not.toContain(watched.botToken);
  await watched.stop();
});
