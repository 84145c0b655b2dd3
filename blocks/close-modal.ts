/** Asks for the closing words. The gate is checked when it is submitted. */
import type { ModalView } from '@slack/types';
import { modal, textInput } from './modal.js';

export function closeModal({
  incident,
  channelId,
}: {
  incident: string;
  channelId: string | null;
}): ModalView {
  return modal({
    callbackId: 'incident:close',
    title: `Close ${incident}`,
    submit: 'Close it',
    context: { incident, channelId },
    inputs: [textInput({ id: 'why', label: 'What ended it?', optional: true, multiline: true })],
  });
}
