/** An operator vouches that a point which does not answer was stopped by other means. */
import type { ModalView } from '@slack/types';
import { modal, textInput } from './modal.js';

export interface MarkModal {
  readonly haltId: string;
  readonly pointId: string;
  readonly channelId: string | null;
}

export function markModal({ haltId, pointId, channelId }: MarkModal): ModalView {
  return modal({
    callbackId: 'point:mark',
    title: 'Stopped by other means',
    submit: 'I vouch for it',
    context: { haltId, pointId, channelId },
    inputs: [
      textInput({
        id: 'reason',
        label: 'How do you know that it is stopped?',
        hint: 'Your name and this text stand on the card and in the post-mortem.',
        multiline: true,
      }),
    ],
  });
}
