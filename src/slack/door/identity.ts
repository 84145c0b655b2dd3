import type { WebClient } from '@slack/web-api';
import type { Log } from '../../operations/deps.js';

/** Who the bot is, as Slack says; needed to ignore its own messages. */
export interface BotIdentity {
  readonly botId: string;
  readonly botUserId: string;
  readonly teamId: string;
}

/** Slack said that the token is no good: no retry will help. */
export class BadTokenError extends Error {
  override readonly name = 'BadTokenError';
}

const HOPELESS: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
]);

/** Asks Slack once. BadTokenError for a token that will never work; any other error may pass. */
export async function fetchIdentity(client: WebClient): Promise<BotIdentity> {
  try {
    const { bot_id: botId, user_id: botUserId, team_id: teamId } = await client.auth.test();
    if (botUserId === undefined) throw new Error('auth.test named no bot user');
    return { botId: botId ?? botUserId, botUserId, teamId: teamId ?? '' };
  } catch (error) {
    const code = slackErrorCode(error);
    if (code === undefined || !HOPELESS.has(code)) throw error;
    throw new BadTokenError(
      `Slack refuses SLACK_BOT_TOKEN (${code}). Copy the Bot User OAuth Token again from "Install App" and restart.`,
      { cause: error },
    );
  }
}

/** The `error` of a Web API refusal; undefined for anything that is not one. */
export function slackErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('data' in error)) return undefined;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('error' in data)) return undefined;
  return typeof data.error === 'string' ? data.error : undefined;
}

/** Asks until Slack answers, for as long as it takes, without holding anything else up. */
export class IdentityKeeper {
  #known: BotIdentity | undefined;
  #stopped = false;
  readonly #client: WebClient;
  readonly #log: Log;

  constructor(client: WebClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  get known(): BotIdentity | undefined {
    return this.#known;
  }

  /** Keeps trying while Slack is away. Rejects only for a token that will never work. */
  async learn(wait: (ms: number) => Promise<void>): Promise<void> {
    for (
      let pauseMs = 1000;
      !this.#stopped && this.#known === undefined;
      pauseMs = Math.min(pauseMs * 2, 30_000)
    ) {
      try {
        this.#known = await fetchIdentity(this.#client);
      } catch (error) {
        if (error instanceof BadTokenError) throw error;
        this.#log.warn({ error: String(error), pauseMs }, 'slack does not answer auth.test, will ask again');
        await wait(pauseMs);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}
