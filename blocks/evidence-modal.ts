/** Nothing on a checklist is done without a word or a link that proves it. */
import type { ModalView } from '@slack/types';
import type { ActionId } from './action-ids.js';
import { modal, textInput } from './modal.js';

export interface EvidenceQuestion {
  readonly what: Extract<ActionId, 'step:done' | 'checklist:substitute' | 'checklist:verify'>;
  readonly title: string;
  readonly question: string;
  readonly context: object;
}

export function evidenceModal({ what, title, question, context }: EvidenceQuestion): ModalView {
  return modal({
    callbackId: what,
    title,
    submit: 'Record',
    context,
    inputs: [textInput({ id: 'evidence', label: question, hint: 'Text or a link.', multiline: true })],
  });
}
