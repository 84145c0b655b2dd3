/** A workspace and its bot in a process of its own, for all tests of a story: up before the first, gone after the last. */
import { afterAll, beforeAll } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/slack/options.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { botSettings, startBotProcess, untilReady, type BotSettings } from './bot-process.js';
import type { Running } from './processes.js';
import { openStoryWorkspace } from './story-workspace.js';

export interface StoryBot {
  readonly workspace: SandboxWorkspace;
  readonly settings: BotSettings;
  readonly url: string;
  /** The process of this moment. */
  readonly bot: Running;
  /** Once more on the same port and database, whatever became of the one before; resolves when it is ready. */
  startAgain(): Promise<void>;
}

export interface StoryBotOptions {
  readonly workspace?: Partial<SandboxOptions>;
  /** What the bot is told besides. */
  readonly environment?: () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>;
}

/** To be called where tests are described, before their own hooks. */
export function withBot({ workspace: about, environment }: StoryBotOptions = {}): StoryBot {
  let workspace: SandboxWorkspace | undefined;
  let settings: BotSettings | undefined;
  let bot: Running | undefined;
  const startAgain = async (): Promise<void> => {
    bot = startBotProcess(begun(settings));
    await untilReady(begun(settings).url, bot);
  };
  beforeAll(async () => {
    workspace = await openStoryWorkspace(about);
    settings = await botSettings(workspace, await environment?.());
    await startAgain();
  });
  afterAll(async () => {
    await bot?.stop();
    await workspace?.stop();
  });
  return {
    get workspace() {
      return begun(workspace);
    },
    get settings() {
      return begun(settings);
    },
    get url() {
      return begun(settings).url;
    },
    get bot() {
      return begun(bot);
    },
    startAgain,
  };
}

function begun<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the story has not begun');
  return part;
}
