/** What a bare `/halt` opens. All agents come first: when it is unclear what failed, everything stops. */
import type { ModalView } from '@slack/types';
import { choiceInput, modal, textInput } from './modal.js';

export function haltModal({
  agents,
  channelId,
}: {
  agents: readonly string[];
  channelId: string | null;
}): ModalView {
  return modal({
    callbackId: 'halt:order',
    title: 'Order a halt',
    submit: 'Halt now',
    context: { channelId },
    inputs: [
      choiceInput({
        id: 'scope',
        label: 'What stops?',
        hint: 'When it is unclear what failed: all agents.',
        choices: [
          { words: 'All agents', value: 'all' },
          ...agents.map((agent) => ({ words: `Only ${agent}`, value: `agent:${agent}` })),
        ],
      }),
      textInput({ id: 'reason', label: 'Reason', optional: true }),
    ],
  });
}
