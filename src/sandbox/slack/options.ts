/** What a caller may decide about the workspace, and what holds when it does not. */
export interface SandboxPerson {
  /** A Slack user id such as `U0ADA`. */
  readonly id: string;
  /** The short handle, as in `@ada`. */
  readonly name: string;
  readonly email?: string;
  readonly realName?: string;
}

/** A Slack user group: `<!subteam^ID>`, `@handle`. */
export interface SandboxUserGroup {
  readonly id: string;
  readonly handle: string;
  readonly name?: string;
  readonly users: readonly string[];
}

/** A channel that exists before the bot arrives. */
export interface SandboxChannel {
  readonly name: string;
  /** User ids; everybody but the bot when left out. Name the bot's id (`BOT_USER_ID`) to have it inside. */
  readonly members?: readonly string[];
  readonly private?: boolean;
}

export interface SandboxOptions {
  readonly users: readonly SandboxPerson[];
  readonly userGroups?: readonly SandboxUserGroup[];
  readonly channels?: readonly SandboxChannel[];
  /** Bot scopes, as in the manifest: a call that needs another one is refused. */
  readonly scopes: readonly string[];
  readonly tokens?: { readonly bot: string; readonly app: string };
  readonly signingSecret?: string;
  /** How payloads reach the bot. HTTP takes the bot's request URL. */
  readonly delivery?: 'socket' | { readonly http: string };
  /** Slash commands of the manifest; any command is delivered when left out. */
  readonly commands?: readonly string[];
  /** Event subscriptions of the manifest, such as `message.channels`. */
  readonly events?: readonly string[];
  /** Workspace policy: a method, or the first part of one, and the error it is refused with. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** Port of SLACK_API_URL and of the page; 0 takes a free one. */
  readonly port?: number;
  /** Turns on Slack's limit of about one message a second in a channel. */
  readonly limitMessageRate?: boolean;
  /** The clock for trigger ids and response URLs, in milliseconds. */
  readonly now?: () => number;
  /** How long Slack waits for an acknowledgement. */
  readonly ackTimeoutMs?: number;
  /** Pauses before the first, second and third redelivery of an event. */
  readonly retryDelaysMs?: readonly number[];
}

export type Settings = Required<SandboxOptions>;

export const TEAM_ID = 'T000000001';
export const TEAM_DOMAIN = 'sandbox';
export const BOT_USER_ID = 'U0SANDBOXBOT';
export const BOT_ID = 'B0SANDBOXBOT';
export const APP_ID = 'A0SANDBOXAPP';

/** The bot_events a responder bot subscribes to, unless the caller says otherwise. */
const EVENTS = [
  'app_home_opened',
  'app_mention',
  'message.channels',
  'message.groups',
  'reaction_added',
  'channel_archive',
  'channel_rename',
  'member_joined_channel',
];

/** Fills in what the caller left open. */
export function settle(options: SandboxOptions): Settings {
  return {
    userGroups: [],
    channels: [],
    tokens: { bot: 'xoxb-sandbox-bot', app: 'xapp-sandbox-app' },
    signingSecret: 'sandbox-signing-secret',
    delivery: 'socket',
    commands: [],
    events: EVENTS,
    refuse: {},
    port: 0,
    limitMessageRate: false,
    now: Date.now,
    ackTimeoutMs: 3_000,
    retryDelaysMs: [0, 60_000, 300_000],
    ...options,
  };
}
