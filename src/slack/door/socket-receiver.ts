import type { App, Receiver } from '@slack/bolt';
import type { Log } from '../../operations/deps.js';
import { SocketConnection, type Envelope } from './socket-connection.js';

/** Slack refreshes every connection now and then; with two, the other one is listening meanwhile. */
const CONNECTIONS = 2;

/** Bolt's receiver over two Socket Mode connections. Events are acknowledged after they were worked, not before. */
export class SocketReceiver implements Receiver {
  #app: App | undefined;
  #lastEnvelopeAt: number | null = null;
  readonly #connections: readonly SocketConnection[];
  #running: Promise<unknown> = Promise.resolve();
  #isStopping = false;

  constructor(options: { appToken: string; apiUrl: string; log: Log }) {
    this.#connections = Array.from(
      { length: CONNECTIONS },
      () => new SocketConnection({ ...options, onEnvelope: (envelope) => this.#process(envelope) }),
    );
  }

  init(app: App): void {
    this.#app = app;
  }

  /** The connections come and go by themselves from now on. */
  start(): Promise<void> {
    this.#running = Promise.all(this.#connections.map((connection) => connection.run()));
    return Promise.resolve();
  }

  /** Takes nothing new, lets what is in flight be answered over the connections it came by, then hangs up. */
  async stop(settle: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.#isStopping = true;
    await settle();
    await Promise.all(this.#connections.map((connection) => connection.stop()));
    await this.#running;
  }

  /** For `/readyz`: is anybody listening? */
  describe(): { ready: boolean; detail: string } {
    const open = this.#connections.filter(({ state }) => state === 'open').length;
    const last =
      this.#lastEnvelopeAt === null
        ? 'nothing received yet'
        : `last envelope ${Math.round((Date.now() - this.#lastEnvelopeAt) / 1000)} s ago`;
    const [failure] = this.#connections.map(({ lastFailure }) => lastFailure).filter((each) => each !== null);
    const why = failure === undefined ? '' : ` (${failure})`;
    return { ready: open > 0, detail: `${open} of ${CONNECTIONS} socket connections open${why}, ${last}` };
  }

  async #process(envelope: Envelope): Promise<void> {
    // Not acknowledged: Slack hands an event to whoever comes after us, and tells a person to try again.
    if (this.#isStopping) return;
    this.#lastEnvelopeAt = Date.now();
    const isEvent = envelope.type === 'events_api' || 'event' in envelope.body;
    await this.#app?.processEvent({
      body: envelope.body,
      ack: async (response) => (isEvent ? undefined : envelope.ack(response ?? {})),
      ...(envelope.retry_num === undefined ? {} : { retryNum: envelope.retry_num }),
      ...(envelope.retry_reason === undefined ? {} : { retryReason: envelope.retry_reason }),
    });
    if (isEvent) await envelope.ack({});
  }
}
