/** How a payload reaches the bot and what the bot said to it: Socket Mode and signed HTTP are the two ways. */
import type { Json } from '../json.js';

export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api';

export type Ack =
  | { readonly kind: 'acked'; readonly body: unknown }
  | { readonly kind: 'timed-out' }
  /** Nobody was there, or the bot answered with an error. `isFinal` says that Slack will not try again. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isFinal?: boolean };

/** Says that an event has been sent before, and why it comes again. */
export interface Retry {
  readonly attempt: number;
  readonly reason: string;
}

export interface Delivery {
  send(kind: PayloadKind, payload: Json, retry?: Retry): Promise<Ack>;
  /** The next payload arrives twice, as it does when Slack missed an acknowledgement. */
  duplicateNext(): void;
  stop(): Promise<void>;
}
