/** Declaring harm that no tripwire saw. */
import type { ModalView } from '@slack/types';
import type { Instant } from '../src/core/ids.js';
import { Surfaced } from '../src/core/incident-events.js';
import { choiceInput, clipForContext, modal, textInput, timeInput, type Choice } from './modal.js';
import { SURFACED_WORDS } from './words.js';

export interface DeclareState {
  /** Ids of the registered agents. */
  readonly agents: readonly string[];
  readonly summary: string;
  readonly now: Instant;
  readonly channelId?: string | null | undefined;
  /** The message that it was declared from; it goes onto the timeline. */
  readonly message?:
    | {
        readonly text: string;
        readonly by: string;
        readonly at: Instant;
        readonly ts: string;
        readonly permalink: string | null;
      }
    | null
    | undefined;
}

/** What a responder picks who does not know, or whose agent is not registered. */
const UNKNOWN_AGENT: Choice = { value: 'unknown', words: 'I do not know, or it is not listed' };

export function declareModal({
  agents,
  summary,
  now,
  channelId = null,
  message = null,
}: DeclareState): ModalView {
  const withText = (text: string): object => ({
    channelId,
    message: message === null ? null : { ...message, text },
  });
  return modal({
    callbackId: 'incident:declare',
    title: 'Agent incident',
    submit: 'Declare',
    context: withText(clipForContext(message?.text ?? '', withText)),
    inputs: [
      choiceInput({
        id: 'agent',
        label: 'Which agent?',
        hint:
          agents.length > 99
            ? 'The first 99 are listed.'
            : 'Not knowing is fine: it counts as the worst case.',
        choices: [UNKNOWN_AGENT, ...agents.map((id) => ({ value: id, words: id }))],
      }),
      textInput({ id: 'title', label: 'What happened, in one line?' }),
      textInput({
        id: 'summary',
        label: 'What do you know?',
        initial: summary,
        multiline: true,
        optional: true,
      }),
      choiceInput({
        id: 'surfaced',
        label: 'How did it come to light?',
        choices: Surfaced.options.map((value) => ({ value, words: SURFACED_WORDS[value] })),
      }),
      timeInput({
        id: 'surfacedAt',
        label: 'When did it come to light?',
        hint: 'The detection chain starts here.',
        initial: now,
      }),
    ],
  });
}
