/** Asks what the review of a break-glass order came to. */
import type { ModalView } from '@slack/types';
import { modal, textInput } from './modal.js';

export function reviewModal({ haltId, channelId }: { haltId: string; channelId: string | null }): ModalView {
  return modal({
    callbackId: 'halt:review',
    title: `Review ${haltId}`,
    submit: 'Reviewed',
    context: { haltId, channelId },
    inputs: [
      textInput({
        id: 'finding',
        label: 'Was the halt right, and should the one who gave it hold a role?',
        hint: 'The incident cannot be closed before this. It stands in the post-mortem.',
        multiline: true,
      }),
    ],
  });
}
