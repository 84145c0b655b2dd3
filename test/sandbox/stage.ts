/** One workspace and the bots connected to it, closed after each test. */
import type { App } from '@slack/bolt';
import { afterEach } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/slack/options.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { ADA, buttons, connectBySocket, openWorkspace } from './support.js';

export interface Stage {
  /** A workspace without a bot. */
  open(options?: Partial<SandboxOptions>): Promise<SandboxWorkspace>;
  /** A workspace with one bot connected to it over Socket Mode. */
  start(listen: (app: App) => void, options?: Partial<SandboxOptions>): Promise<SandboxWorkspace>;
  /** One more connection for the same bot. */
  connect(workspace: SandboxWorkspace, listen: (app: App) => void): Promise<App>;
  /** A channel made by the bot, with Ada inside and one message with these buttons in it. */
  card(...actionIds: readonly string[]): Promise<{ channel: string; ts: string }>;
  /** The first bot. */
  bot(): App;
}

/** Sets the stage for the tests of one file. */
export function setStage(): Stage {
  const workspaces: SandboxWorkspace[] = [];
  const apps: App[] = [];

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()));
    await Promise.all(workspaces.splice(0).map((workspace) => workspace.stop()));
  });

  async function open(options: Partial<SandboxOptions> = {}): Promise<SandboxWorkspace> {
    const workspace = await openWorkspace(options);
    workspaces.push(workspace);
    return workspace;
  }

  async function connect(workspace: SandboxWorkspace, listen: (app: App) => void): Promise<App> {
    const app = await connectBySocket(workspace, listen);
    apps.push(app);
    return app;
  }

  function bot(): App {
    const [app] = apps;
    if (app === undefined) throw new Error('no bot is connected');
    return app;
  }

  return {
    open,
    connect,
    bot,
    start: async (listen, options) => {
      const workspace = await open(options);
      await connect(workspace, listen);
      return workspace;
    },
    card: async (...actionIds) => {
      const { client } = bot();
      const channel = (await client.conversations.create({ name: 'incident' })).channel?.id ?? '';
      await client.conversations.invite({ channel, users: ADA });
      const posted = await client.chat.postMessage({ channel, text: 'card', blocks: buttons(...actionIds) });
      return { channel, ts: posted.ts ?? '' };
    },
  };
}
