import type { Door } from '../door/press.js';
import type { Press, Reply } from '../door/reply.js';

/** What came in with a submitted modal. */
export interface Submission {
  readonly press: Press;
  /** private_metadata as the modal carried it, parsed as JSON. */
  readonly context: unknown;
  /** The value of an input by its action id: text, chosen option, or picked user or time; null when empty. */
  readonly value: (actionId: string) => string | null;
}

/** A modal: its callback id, the input that a refusal is shown at, and what submitting does. */
export interface View {
  readonly callbackId: string;
  /** block_id of the input that refusals are shown under. */
  readonly errorAt: string;
  readonly run: (door: Door, submission: Submission) => Promise<Reply | undefined>;
}
