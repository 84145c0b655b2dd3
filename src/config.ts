/** The only reader of the environment. Reports every fault at once, each with what to write instead. */
import { z } from 'zod';

const SLACK = 'https://slack.com/api/';
const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue';

const optional = z.preprocess((value) => (value === '' ? undefined : value), z.string().optional());

const Environment = z.object({
  SLACK_BOT_TOKEN: z
    .string('is missing: copy the Bot User OAuth Token (xoxb-…) from "Install App"')
    .regex(/^xoxb-/, 'must begin with xoxb-: it is the Bot User OAuth Token'),
  SLACK_APP_TOKEN: optional.refine(
    (token) => token === undefined || token.startsWith('xapp-'),
    'must begin with xapp-: it is an app-level token with connections:write',
  ),
  SLACK_SIGNING_SECRET: optional,
  SLACK_API_URL: z.preprocess(
    (value) => (value === '' || value === undefined ? SLACK : value),
    z.url('must be a URL that ends in /api/'),
  ),
  HALTLINE_ANNOUNCE_CHANNEL: optional,
  HALTLINE_DATABASE_URL: z.preprocess(
    (value) => (value === '' || value === undefined ? 'file:haltline.db' : value),
    z.string().regex(/^file:.+/, 'must be file:PATH (PostgreSQL is not supported yet)'),
  ),
  HALTLINE_TELEMETRY_DATABASE_URL: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z
      .string()
      .regex(/^file:.+/, 'must be file:PATH')
      .optional(),
  ),
  HALTLINE_CONTENT_KEY: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter((key) => key !== ''))
    .refine(
      (keys) => keys.every(isContentKey),
      'must be 32 bytes in base64 (try `openssl rand -base64 32`); several, separated by commas, while a key is changed',
    ),
  HALTLINE_RUNBOOKS: z.string().default('./runbooks'),
  HALTLINE_HOST: z.string().default('127.0.0.1'),
  HALTLINE_PORT: z.coerce.number('must be a number').int().min(0).max(65535).default(8787),
  HALTLINE_BOOTSTRAP_TOKEN: optional.refine(
    (token) => token === undefined || token.length >= 24,
    'must be at least 24 characters: try `openssl rand -base64 32`',
  ),
  PAGERDUTY_ROUTING_KEY: optional,
  PAGERDUTY_EVENTS_URL: z.preprocess(
    (value) => (value === '' || value === undefined ? PAGERDUTY : value),
    z.url('must be a URL, such as that of the EU region: https://events.eu.pagerduty.com/v2/enqueue'),
  ),
  HALTLINE_PAGER_WEBHOOK_URL: optional,
  HALTLINE_PAGER_WEBHOOK_SECRET: optional,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Config {
  readonly slack: {
    readonly botToken: string;
    readonly apiUrl: string;
    /** Socket Mode where an app-level token is given, else signed HTTP. */
    readonly door:
      | { readonly kind: 'socket'; readonly appToken: string }
      | { readonly kind: 'http'; readonly signingSecret: string };
  };
  readonly announceChannel: string | null;
  readonly databasePath: string;
  /** Telemetry's own file: beside the journal unless said otherwise. */
  readonly telemetryDatabasePath: string;
  /** What prompts, reasoning and arguments are sealed with: the first seals, all open. Empty: they are not kept. */
  readonly contentKeys: readonly string[];
  readonly runbooks: string;
  readonly host: string;
  readonly port: number;
  readonly bootstrapToken: string | null;
  readonly logLevel: string;
  /** Where pages go besides Slack; null where nothing is set. */
  readonly pagers: {
    readonly pagerduty: { readonly routingKey: string; readonly eventsUrl: string } | null;
    readonly webhook: { readonly url: string; readonly secret: string } | null;
  };
  /** Everything set under HALTLINE_ACTUATOR_…, by its whole name: what webhooks to actuators are signed with. */
  readonly actuatorSecrets: Readonly<Record<string, string>>;
  /** Everything set under HALTLINE_SOURCE_…, by its whole name: what posts to alert sources are signed with. */
  readonly sourceSecrets: Readonly<Record<string, string>>;
}

/** Thrown at start with one line a fault; the process prints it and ends. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads `environment` (the process's own by default). ConfigError lists all faults. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = Environment.safeParse(environment);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  if (!environment['SLACK_APP_TOKEN'] && !environment['SLACK_SIGNING_SECRET']) {
    faults.push(
      'SLACK_APP_TOKEN is missing (Socket Mode), and so is SLACK_SIGNING_SECRET (HTTP): give one of the two',
    );
  }
  if (!parsed.success || faults.length > 0) {
    throw new ConfigError(
      `The environment has ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join('\n')}\nSee .env.example.`,
    );
  }
  return {
    ...asConfig(parsed.data),
    actuatorSecrets: setUnder(environment, 'HALTLINE_ACTUATOR_'),
    sourceSecrets: setUnder(environment, 'HALTLINE_SOURCE_'),
  };
}

/** What is set to something under names that begin so. */
function setUnder(environment: NodeJS.ProcessEnv, prefix: string): Record<string, string> {
  const set = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith(prefix) && value !== undefined && value !== '' ? [[name, value] as const] : [],
  );
  return Object.fromEntries(set);
}

function asConfig(env: z.infer<typeof Environment>): Omit<Config, 'actuatorSecrets' | 'sourceSecrets'> {
  return {
    slack: {
      botToken: env.SLACK_BOT_TOKEN,
      apiUrl: env.SLACK_API_URL,
      door:
        env.SLACK_APP_TOKEN === undefined
          ? { kind: 'http', signingSecret: env.SLACK_SIGNING_SECRET ?? '' }
          : { kind: 'socket', appToken: env.SLACK_APP_TOKEN },
    },
    announceChannel: env.HALTLINE_ANNOUNCE_CHANNEL ?? null,
    databasePath: env.HALTLINE_DATABASE_URL.slice('file:'.length),
    telemetryDatabasePath: telemetryPath(env),
    contentKeys: env.HALTLINE_CONTENT_KEY,
    runbooks: env.HALTLINE_RUNBOOKS,
    host: env.HALTLINE_HOST,
    port: env.HALTLINE_PORT,
    bootstrapToken: env.HALTLINE_BOOTSTRAP_TOKEN ?? null,
    logLevel: env.LOG_LEVEL,
    pagers: pagersOf(env),
  };
}

/** Half a webhook is a fault and not silence: who set one of the two believes to be paged. */
function pagersOf(env: z.infer<typeof Environment>): Config['pagers'] {
  const { HALTLINE_PAGER_WEBHOOK_URL: url, HALTLINE_PAGER_WEBHOOK_SECRET: secret } = env;
  const routingKey = env.PAGERDUTY_ROUTING_KEY;
  return {
    pagerduty: routingKey === undefined ? null : { routingKey, eventsUrl: env.PAGERDUTY_EVENTS_URL },
    webhook: url === undefined && secret === undefined ? null : { url: url ?? '', secret: secret ?? '' },
  };
}

const CONTENT_KEY_BYTES = 32;

function isContentKey(text: string): boolean {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) && Buffer.from(text, 'base64').length === CONTENT_KEY_BYTES;
}

/** `haltline.db` has `haltline.telemetry.db` beside it. */
function telemetryPath(env: z.infer<typeof Environment>): string {
  const { HALTLINE_TELEMETRY_DATABASE_URL: own, HALTLINE_DATABASE_URL: journal } = env;
  if (own !== undefined) return own.slice('file:'.length);
  const path = journal.slice('file:'.length);
  return `${path.replace(/\.db$/, '')}.telemetry.db`;
}

/** Where the journal is, for commands that work on the file itself. */
export function databasePathFromEnvironment(environment: NodeJS.ProcessEnv = process.env): string {
  const url = environment['HALTLINE_DATABASE_URL'];
  if (url === undefined || url === '') return 'haltline.db';
  if (!url.startsWith('file:')) throw new ConfigError('HALTLINE_DATABASE_URL must be file:PATH.');
  return url.slice('file:'.length);
}

/** Where the runbooks are, for commands that work without a server. */
export function runbooksFromEnvironment(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['HALTLINE_RUNBOOKS'] || './runbooks';
}

/** What the CLI needs to reach a running server. */
export function readClientConfig(environment: NodeJS.ProcessEnv = process.env): {
  url: string;
  token: string | undefined;
} {
  return {
    url: environment['HALTLINE_URL'] ?? 'http://127.0.0.1:8787',
    token: environment['HALTLINE_TOKEN'] ?? environment['HALTLINE_BOOTSTRAP_TOKEN'],
  };
}
