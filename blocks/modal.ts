/** The pieces that modals are built from. The block id of an input is its action id, so that errors find it. */
import type {
  ContextBlock,
  InputBlock,
  ModalView,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
} from '@slack/types';
import { clip, plain } from './escape.js';
import { fit } from './limits.js';
import { DRILL_BANNER, section, when } from './parts.js';
import type { Block } from './rendered.js';

const TITLE_MAX = 24;
const METADATA_MAX = 3_000;
const LABEL_MAX = 2_000;
const OPTION_MAX = 75;
const VALUE_MAX = 150;
const OPTIONS_MAX = 100;
const TYPED_MAX = 3_000;

export interface Modal {
  readonly callbackId: string;
  readonly title: string;
  readonly submit: string;
  /** What the submission is about; comes back with it. */
  readonly context: object;
  /** Inputs, and words between them. */
  readonly inputs: readonly (InputBlock | SectionBlock | ContextBlock)[];
}

export function modal({ callbackId, title, submit, context, inputs }: Modal): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: words(title, TITLE_MAX),
    submit: words(isOfDrill(context) ? `DRILL · ${submit}` : submit, TITLE_MAX),
    close: words('Cancel', TITLE_MAX),
    private_metadata: JSON.stringify(context),
    blocks: [...when(isOfDrill(context), section(DRILL_BANNER)), ...inputs.flatMap(fitted)],
  };
}

/** Words are cut where they are too long; an input is built to fit. */
function fitted(block: Modal['inputs'][number]): Modal['inputs'][number][] {
  return block.type === 'input' ? [block] : fit({ text: '', blocks: [block] }).blocks.filter(isWords);
}

function isWords(block: Block): block is SectionBlock | ContextBlock {
  return block.type === 'section' || block.type === 'context';
}

function isOfDrill(context: object): boolean {
  return 'incident' in context && String(context.incident).startsWith('DRILL-');
}

/** For outside text that a modal carries: a beginning of `text` with which `context` fits. */
export function clipForContext(text: string, context: (text: string) => object): string {
  let room = text.length;
  while (room > 0 && JSON.stringify(context(clip(text, room))).length > METADATA_MAX)
    room = Math.floor(room * 0.8);
  return clip(text, room);
}

export interface TextInput {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial?: string;
  readonly multiline?: boolean;
  readonly optional?: boolean;
}

export function textInput({
  id,
  label,
  hint,
  initial = '',
  multiline = false,
  optional = false,
}: TextInput): InputBlock {
  return {
    type: 'input',
    block_id: id,
    label: words(label, LABEL_MAX),
    optional,
    ...(hint === undefined ? {} : { hint: words(hint, LABEL_MAX) }),
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline,
      ...(initial === '' ? {} : { initial_value: clip(initial, TYPED_MAX) }),
    },
  };
}

export interface Choice {
  readonly value: string;
  readonly words: string;
  /** Small print below the words. */
  readonly hint?: string | undefined;
}

/** A value that was cut would name something else: such a choice is left out. */
function isShortEnough({ value }: Choice): boolean {
  return value !== '' && value.length <= VALUE_MAX;
}

/** More choices than Slack shows are cut: callers put what matters first. `initial` is the value chosen at first. */
export function choiceInput({
  id,
  label,
  hint,
  choices,
  initial,
  optional = false,
}: TextInput & { readonly choices: readonly Choice[] }): InputBlock {
  const options = choices.filter(isShortEnough).slice(0, OPTIONS_MAX);
  const chosen = options.find(({ value }) => value === initial);
  return {
    type: 'input',
    block_id: id,
    label: words(label, LABEL_MAX),
    ...(optional && { optional }),
    ...(hint === undefined ? {} : { hint: words(hint, LABEL_MAX) }),
    element: {
      type: 'static_select',
      action_id: id,
      options: options.map(option),
      ...(chosen !== undefined && { initial_option: option(chosen) }),
    },
  };
}

/** A date and a time, `initial` to begin with. */
export function timeInput({
  id,
  label,
  hint,
  initial,
}: {
  id: string;
  label: string;
  hint: string;
  initial: string;
}): InputBlock {
  return {
    type: 'input',
    block_id: id,
    label: words(label, LABEL_MAX),
    hint: words(hint, LABEL_MAX),
    element: {
      type: 'datetimepicker',
      action_id: id,
      initial_date_time: Math.floor(Date.parse(initial) / 1000),
    },
  };
}

function option({ value, words: shown, hint }: Choice): PlainTextOption {
  const description = hint === undefined ? {} : { description: words(hint, OPTION_MAX) };
  return { text: words(shown, OPTION_MAX), value, ...description };
}

function words(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: plain(text, max) || ' ', emoji: true };
}
