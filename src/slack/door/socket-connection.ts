/**
 * One Socket Mode connection that never gives up. The library's own reconnecting is switched off: it waits five
 * seconds after each refresh, and dies of an unhandled rejection when apps.connections.open answers 5xx.
 *
 * connecting ──hello──▶ open ──closed or refreshed──▶ waiting (jittered, at most 5 s) ──▶ connecting …
 */
import { SocketModeClient } from '@slack/socket-mode';
import { z } from 'zod';
import type { Log } from '../../operations/deps.js';
import { slackErrorCode } from './identity.js';
import { inPatience } from './patience.js';

/** What arrives in an envelope, as the library hands it over. */
const Envelope = z.object({
  ack: z.custom<(response?: unknown) => Promise<void>>((value) => typeof value === 'function'),
  type: z.string(),
  body: z.record(z.string(), z.unknown()),
  retry_num: z.number().optional(),
  retry_reason: z.string().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

export interface SocketConnectionOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  readonly onEnvelope: (envelope: Envelope) => Promise<void>;
}

const HELLO_WITHIN_MS = 10_000;
const LONGEST_WAIT_MS = 5_000;

export class SocketConnection {
  #state: 'connecting' | 'open' | 'waiting' | 'stopped' = 'connecting';
  #client: SocketModeClient | undefined;
  #failures = 0;
  #lastFailure: string | null = null;
  /** Resolves when we are told to stop. */
  readonly #stopped: Promise<void>;
  #stop: () => void = () => undefined;
  readonly #options: SocketConnectionOptions;

  constructor(options: SocketConnectionOptions) {
    this.#options = options;
    this.#stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  get state(): string {
    return this.#state;
  }

  /** Why there is no connection; null where there is one, or where nothing is known. */
  get lastFailure(): string | null {
    return this.#lastFailure;
  }

  /** Runs until `stop`; resolves then. */
  async run(): Promise<void> {
    while (!this.#isStopped()) {
      this.#state = 'connecting';
      try {
        await this.#connectAndStay();
        this.#failures = 0;
      } catch (error) {
        this.#failures += 1;
        this.#lastFailure = slackErrorCode(error) ?? String(error);
        this.#options.log.warn(
          { error: this.#lastFailure, failures: this.#failures },
          'socket connection failed, will retry',
        );
      }
      if (!this.#isStopped()) await this.#wait();
    }
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#stop();
    await this.#hangUp(this.#client);
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Resolves when an open connection has ended; rejects when none came about. */
  async #connectAndStay(): Promise<void> {
    const client = this.#newClient();
    this.#client = client;
    const ended = new Promise<void>((resolve) => {
      client.once('disconnected', () => resolve());
      client.once('close', () => resolve());
    });
    const connected = client.start();
    // It may come about after we have given up on it: nobody would ever close it then.
    const givenUp = (): void => void connected.then(() => this.#hangUp(client)).catch(() => undefined);
    try {
      await within(Promise.race([connected, this.#stopped]), HELLO_WITHIN_MS);
    } catch (error) {
      givenUp();
      await this.#hangUp(client);
      throw error;
    }
    if (this.#isStopped()) return givenUp();
    this.#state = 'open';
    this.#lastFailure = null;
    this.#options.log.debug({}, 'socket connection open');
    await ended;
    this.#options.log.debug({}, 'socket connection ended');
  }

  async #hangUp(client: SocketModeClient | undefined): Promise<void> {
    await within(Promise.resolve(client?.disconnect()), 1000).catch(() => undefined);
  }

  #newClient(): SocketModeClient {
    const { appToken, apiUrl, log, onEnvelope } = this.#options;
    const client = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 }, timeout: 5000 },
      logger: quietLogger(log),
    });
    client.on('slack_event', (raw: unknown) => {
      const envelope = Envelope.safeParse(raw);
      if (!envelope.success) {
        log.warn({ issues: envelope.error.issues.length }, 'slack sent an envelope that cannot be read');
        return;
      }
      onEnvelope(envelope.data).catch((error: unknown) =>
        log.error({ error: String(error) }, 'an envelope failed'),
      );
    });
    return client;
  }

  async #wait(): Promise<void> {
    this.#state = 'waiting';
    const ceiling = Math.min(LONGEST_WAIT_MS, 100 * 2 ** this.#failures);
    await inPatience(this.#stopped, Math.random() * ceiling, undefined);
  }
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

type SlackLogger = NonNullable<ConstructorParameters<typeof SocketModeClient>[0]>['logger'];

/** The library logs whole payloads at debug; only its warnings and errors are worth keeping. */
function quietLogger(log: Log): NonNullable<SlackLogger> {
  const level = 'warn';
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ from: 'socket-mode' }, String(parts[0])),
    error: (...parts) => log.warn({ from: 'socket-mode' }, String(parts[0])),
    setLevel: () => undefined,
    getLevel: () => level as ReturnType<NonNullable<SlackLogger>['getLevel']>,
    setName: () => undefined,
  };
}
