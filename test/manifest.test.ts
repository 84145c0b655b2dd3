/** manifest.yml against the code: nothing that we register or call is missing in it, and nothing in it is idle. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { COMMANDS } from '../src/slack/commands/index.js';
import { SHORTCUTS } from '../src/slack/door/register-events.js';
import { MANIFEST_SCHEMA } from './support/manifest-schema.js';

const source = readFileSync('manifest.yml', 'utf8');
const raw: unknown = parse(source);
const manifest = z
  .object({
    features: z.object({
      app_home: z.object({ home_tab_enabled: z.boolean() }),
      shortcuts: z.array(z.object({ type: z.string(), callback_id: z.string() })),
      slash_commands: z.array(
        z.object({
          command: z.string(),
          description: z.string(),
          usage_hint: z.string(),
          should_escape: z.boolean(),
        }),
      ),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
      socket_mode_enabled: z.boolean(),
    }),
  })
  .parse(raw);

const code = [
  ...readdirSync('src/slack', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src/slack', file)),
  'src/check-up.ts',
]
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
  .replace(/\s*\n\s*\./g, '.');

/** `client.conversations.create(`, `clients.halt.views.open(`: the Web API methods that we call. */
const called = [
  ...new Set(
    [...code.matchAll(/\b(?:client|halt|bulk)\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g)].map(([, name]) => name ?? ''),
  ),
].toSorted();

const listened = [...code.matchAll(/app\.event\('([a-z_]+)'/g)].map(([, name]) => name ?? '').toSorted();

/** Bot scopes that each method needs for the kinds of channel we use it in (slack-platform notes §2.2). */
const SCOPES_OF_METHODS: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'bookmarks.add': ['bookmarks:write'],
  'bookmarks.list': ['bookmarks:read'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.create': ['channels:manage'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.invite': ['channels:manage'],
  'conversations.join': ['channels:join'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.setTopic': ['channels:manage'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'pins.add': ['pins:write'],
  'reactions.add': ['reactions:write'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'views.open': [],
  'views.publish': [],
};

const SCOPES_OF_EVENTS: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  reaction_added: ['reactions:read'],
};

describe('manifest.yml', () => {
  it('has the shape that Slack takes', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(MANIFEST_SCHEMA);

    validate(raw);

    expect(validate.errors ?? []).toEqual([]);
  });

  it('has every slash command, described as in the code, with every subcommand hinted at', () => {
    const described = COMMANDS.map(({ name, description }) => [name, description]);
    const hints = new Map(manifest.features.slash_commands.map((each) => [each.command, each.usage_hint]));

    expect(
      manifest.features.slash_commands.map(({ command, description }) => [command, description]),
    ).toEqual(described);
    for (const { name, subcommands } of COMMANDS) {
      const words = (hints.get(name) ?? '').split('|').map((part) => part.trim().split(' ')[0]);
      expect(words).toEqual(subcommands.map((each) => each.name));
    }
  });

  it('has mentions in commands escaped, so that people can be named', () => {
    expect(manifest.features.slash_commands.every(({ should_escape }) => should_escape)).toBe(true);
  });

  it('has every shortcut that we answer, one of each kind', () => {
    expect(manifest.features.shortcuts.map(({ callback_id }) => callback_id)).toEqual([...SHORTCUTS]);
    expect(manifest.features.shortcuts.map(({ type }) => type)).toEqual(['global', 'message']);
  });

  it('subscribes to the events that we listen to, and to no others', () => {
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(listened);
  });

  it('turns on Socket Mode and the home tab', () => {
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(manifest.features.app_home.home_tab_enabled).toBe(true);
  });

  it('knows the scopes of every method that we call, and of no other', () => {
    expect(called).toEqual(Object.keys(SCOPES_OF_METHODS));
  });

  it('asks for what our methods, events and commands need, and for nothing else', () => {
    const needed = [
      'commands',
      ...called.flatMap((method) => SCOPES_OF_METHODS[method] ?? []),
      ...listened.flatMap((event) => SCOPES_OF_EVENTS[event] ?? []),
    ];

    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...new Set(needed)].toSorted());
  });

  it.each(manifest.oauth_config.scopes.bot)('says why it asks for %s', (scope) => {
    const line = source.split('\n').find((each) => each.trim().startsWith(`- ${scope} `)) ?? '';

    expect(line).toMatch(/ # \S+ \S+ .+/);
  });
});
