/** Why something was not done, and the best next step. Shown to the one who pressed. */
import { isOfDrill } from '../src/core/ask.js';
import type { HaltMode } from '../src/core/halt.js';
import { ACTION } from './action-ids.js';
import { plain, refusalText, say } from './escape.js';
import { buttons, context, section, surface, when, type Press } from './parts.js';
import type { Rendered } from './rendered.js';
import { peopleText } from './words.js';

export interface RefusalState {
  /** A sentence of ours; what it quotes is escaped. */
  readonly sentence: string;
  /** The order that was refused: with it, everybody who may give it can be asked by one press. */
  readonly ask?:
    | {
        readonly scope: unknown;
        readonly mode: HaltMode;
        readonly reason: string;
        readonly incident: string | null;
      }
    | undefined;
  /** Who may do it instead. */
  readonly people?: readonly string[] | undefined;
}

/** What fits into a button's value beside the rest. */
const REASON_MAX = 500;

export function refusal({ sentence, ask, people = [] }: RefusalState): Rendered {
  const text = refusalText(sentence);
  return surface({
    text,
    blocks: [
      section(text),
      ...when(people.length > 0, context(say`They may: ${peopleText(people)}`)),
      ...buttons(ask === undefined ? [] : [askPress(ask)]),
    ],
    drill: ask !== undefined && isOfDrill(ask),
  });
}

function askPress({ scope, mode, reason, incident }: NonNullable<RefusalState['ask']>): Press {
  return {
    words: 'Ask those who may halt',
    action: ACTION.askForHalt,
    value: { scope, mode, reason: plain(reason, REASON_MAX), incident },
    style: 'danger',
  };
}
