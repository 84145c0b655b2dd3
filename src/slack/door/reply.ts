import type { KnownBlock, ModalView } from '@slack/types';

/** What a person sees of a press: a message only they see, blocks optional. */
export interface Reply {
  readonly text: string;
  readonly blocks?: readonly KnownBlock[];
}

/** One press, command or submission, whoever it came from. */
export interface Press {
  /** Shown with an error and written to the log: the two can be brought together. */
  readonly reference: string;
  readonly userId: string;
  readonly channelId: string | null;
  /** Valid for 3 s from the click, once. */
  readonly triggerId: string | null;
  readonly openModal: (view: ModalView) => Promise<void>;
}
