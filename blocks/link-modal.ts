/** Supplies a link of the detection chain that no alert knew. A time without a source is not taken. */
import type { ModalView } from '@slack/types';
import type { LinkName } from '../src/core/detection-chain.js';
import type { Instant } from '../src/core/ids.js';
import { modal, textInput, timeInput } from './modal.js';

export interface LinkModal {
  readonly incident: string;
  readonly link: LinkName;
  readonly now: Instant;
  readonly channelId: string | null;
}

export function linkModal({ incident, link, now, channelId }: LinkModal): ModalView {
  const question =
    link === 'action'
      ? 'When did the agent act?'
      : 'When did the system that should have detected it get the evidence?';
  return modal({
    callbackId: 'link:supply',
    title: `Supply: ${link}`,
    submit: 'Put on the chain',
    context: { incident, link, channelId },
    inputs: [
      timeInput({ id: 'at', label: question, hint: 'In your own time zone.', initial: now }),
      textInput({
        id: 'source',
        label: 'What says so?',
        hint: 'A log line, a trace, a message: somebody must be able to look it up.',
      }),
    ],
  });
}
