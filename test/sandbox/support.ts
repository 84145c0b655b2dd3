/** A workspace with three people, a bot on either transport, and the smallest blocks there are. */
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import { WebClient } from '@slack/web-api';
import type { SandboxOptions } from '../../src/sandbox/slack/options.js';
import { createSandboxWorkspace, type SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';

export const ADA = 'U0ADA';
export const BOB = 'U0BOB';
export const EVE = 'U0EVE';

export const SCOPES = [
  'bookmarks:read',
  'bookmarks:write',
  'channels:history',
  'channels:manage',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'groups:write',
  'im:history',
  'im:read',
  'im:write',
  'pins:read',
  'pins:write',
  'reactions:read',
  'reactions:write',
  'usergroups:read',
  'users:read',
  'users:read.email',
];

/** A workspace whose people are Ada, Bob and Eve. */
export function openWorkspace(options: Partial<SandboxOptions> = {}): Promise<SandboxWorkspace> {
  return createSandboxWorkspace({
    users: [
      { id: ADA, name: 'ada', email: 'ada@example.test', realName: 'Ada Lovelace' },
      { id: BOB, name: 'bob', email: 'bob@example.test', realName: 'Bob Owner' },
      { id: EVE, name: 'eve' },
    ],
    scopes: SCOPES,
    ackTimeoutMs: 10_000,
    ...options,
  });
}

/** The bot's Web API client, which gives up at once. */
export function clientOf(workspace: SandboxWorkspace, token = workspace.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
}

/** A real Bolt app over Socket Mode, connected. */
export async function connectBySocket(workspace: SandboxWorkspace, listen: (app: App) => void): Promise<App> {
  const { apiUrl, appToken, botToken } = workspace;
  const logLevel = LogLevel.ERROR;
  const receiver = new SocketModeReceiver({
    appToken,
    clientPingTimeout: 1_000,
    logLevel,
    installerOptions: { clientOptions: { slackApiUrl: apiUrl } },
  });
  return start(
    new App({ token: botToken, receiver, clientOptions: { slackApiUrl: apiUrl }, ...BOLT }),
    listen,
  );
}

/** A real Bolt app over signed HTTP, listening on the port that the workspace delivers to. */
export async function connectByHttp(
  workspace: SandboxWorkspace,
  port: number,
  listen: (app: App) => void,
): Promise<App> {
  const { apiUrl, botToken, signingSecret } = workspace;
  const receiver = new HTTPReceiver({
    signingSecret,
    port,
    logLevel: LogLevel.ERROR,
    unhandledRequestTimeoutMillis: 5_000,
  });
  return start(
    new App({ token: botToken, receiver, clientOptions: { slackApiUrl: apiUrl }, ...BOLT }),
    listen,
  );
}

const BOLT = { deferInitialization: true, logLevel: LogLevel.ERROR };

async function start(app: App, listen: (app: App) => void): Promise<App> {
  listen(app);
  await app.init();
  await app.start();
  return app;
}

/** What Slack refused a call with; fails when it was not refused. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ error: string; data: Record<string, unknown> }> {
  try {
    await call;
  } catch (error) {
    const data = error instanceof Error && 'data' in error ? error.data : undefined;
    if (typeof data === 'object' && data !== null && 'error' in data)
      return { error: String(data.error), data: { ...data } };
    throw error;
  }
  throw new Error('the call was not refused');
}

/** One button in an actions block. */
export function buttons(...actionIds: readonly string[]): KnownBlock[] {
  return actionIds.map((actionId) => ({
    type: 'actions',
    block_id: `block-${actionId}`,
    elements: [
      {
        type: 'button',
        action_id: actionId,
        text: { type: 'plain_text', text: actionId },
        value: `${actionId}-7`,
      },
    ],
  }));
}

/** A modal that asks for a reason. */
export function reasonModal(more: Partial<ModalView> = {}): ModalView {
  return {
    type: 'modal',
    callback_id: 'reason',
    title: { type: 'plain_text', text: 'Why?' },
    submit: { type: 'plain_text', text: 'Send' },
    blocks: [
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Reason' },
        element: { type: 'plain_text_input', action_id: 'text' },
      },
    ],
    ...more,
  };
}
