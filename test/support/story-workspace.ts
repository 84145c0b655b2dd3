/** The Slack workspace that the shipped runbooks are written for, with everything the manifest asks for granted. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { GROUPS, PEOPLE } from '../../src/sandbox/demo/people.js';
import { isObject } from '../../src/sandbox/slack/json.js';
import type { SandboxOptions } from '../../src/sandbox/slack/options.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import type { WaitOptions } from '../../src/sandbox/slack/wait-for.js';
import { createSandboxWorkspace, type SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';

export function openStoryWorkspace(options: Partial<SandboxOptions> = {}): Promise<SandboxWorkspace> {
  return createSandboxWorkspace({
    users: PEOPLE,
    userGroups: GROUPS,
    channels: [{ name: 'agent-incidents' }],
    scopes: grantedScopes(),
    events: ['app_home_opened', 'reaction_added'],
    commands: ['/halt', '/incident', '/drill'],
    ...options,
  });
}

const Manifest = z.object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) });

function grantedScopes(): string[] {
  return Manifest.parse(parse(readFileSync('manifest.yml', 'utf8'))).oauth_config.scopes.bot;
}

/** Every message that anybody can see: channels, their threads, and what the bot wrote to each person. */
export async function allMessages(workspace: SandboxWorkspace): Promise<Message[]> {
  const channels = await workspace.channels();
  const inChannels = await Promise.all(channels.map(({ id }) => workspace.messages(id)));
  const direct = await Promise.all(PEOPLE.map(({ id }) => workspace.dms(id)));
  const tops = [...inChannels, ...direct].flat();
  const threads = await Promise.all(
    tops
      .filter(({ replyCount }) => replyCount > 0)
      .map(async ({ channel, ts }) => (await workspace.thread(channel, ts)).filter((one) => one.ts !== ts)),
  );
  return [...tops, ...threads.flat()];
}

/** What one message, wherever it stands, says with such words: once there is one. */
export function messageShowing(
  workspace: SandboxWorkspace,
  words: RegExp,
  patience: WaitOptions,
): Promise<string> {
  return workspace.waitFor(
    async () => (await allMessages(workspace)).map(textOf).find((text) => words.test(text)),
    { what: `a message with ${words}`, ...patience },
  );
}

/** Everything a message holds, words and buttons, as one string. */
export function textOf({ text, blocks }: { text: string; blocks: readonly object[] }): string {
  return `${text} ${JSON.stringify(blocks)}`;
}

/** The newest message of a channel with such a button, where one is named: with exactly this value. */
export async function messageWithButton(
  workspace: SandboxWorkspace,
  channelId: string,
  action: string,
  value?: string,
): Promise<Message | undefined> {
  return (await workspace.messages(channelId)).findLast(({ blocks }) => offers(blocks, action, value));
}

/** Is there such a button anywhere in these blocks? */
export function offers(blocks: unknown, action: string, value?: string): boolean {
  if (Array.isArray(blocks)) return blocks.some((block) => offers(block, action, value));
  if (!isObject(blocks)) return false;
  const isIt = blocks['action_id'] === action && (value === undefined || blocks['value'] === value);
  return isIt || Object.values(blocks).some((member) => offers(member, action, value));
}
