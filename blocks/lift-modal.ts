/** Asks why a halt may be lifted. Another person reads it before approving. */
import type { ModalView } from '@slack/types';
import { modal, textInput } from './modal.js';

export function liftModal({ haltId, channelId }: { haltId: string; channelId: string | null }): ModalView {
  return modal({
    callbackId: 'lift:request',
    title: `Lift ${haltId}`,
    submit: 'Ask for approval',
    context: { haltId, channelId },
    inputs: [
      textInput({
        id: 'reason',
        label: 'Why is it safe to let them act again?',
        hint: 'Another person has to approve. The halt stands until then.',
        multiline: true,
      }),
    ],
  });
}
