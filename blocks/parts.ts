/** The pieces that surfaces are built from: the few blocks that every Slack client has shown for years. */
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  MrkdwnElement,
  SectionBlock,
} from '@slack/types';
import type { ActionId } from './action-ids.js';
import { say, plain, type Mrkdwn } from './escape.js';
import { fit, HEADER_MAX, BUTTON_TEXT_MAX } from './limits.js';
import type { Block, Rendered } from './rendered.js';

/** A message before it is fitted into Slack's limits and, for an exercise, marked as one. */
export interface Draft {
  readonly text: Mrkdwn;
  readonly blocks: readonly Block[];
  /** An exercise; `rehearsal` reaches every enforcement point and denies nothing. */
  readonly drill: boolean | 'rehearsal';
}

/** Finishes a message. Every surface ends here. */
export function surface({ text, blocks, drill }: Draft): Rendered {
  if (!drill) return fit({ text: text.mrkdwn, blocks: [...blocks] });
  const exercise = drill === 'rehearsal' ? REHEARSAL : DRILL;
  return fit({ text: say`${exercise.word} · ${text}`.mrkdwn, blocks: mark(blocks, exercise) });
}

interface Exercise {
  readonly word: 'DRILL' | 'REHEARSAL';
  readonly banner: Mrkdwn;
}

export const DRILL_BANNER = say`🧪 *DRILL*: an exercise. Orders given here reach every enforcement point and deny nothing.`;

const DRILL: Exercise = { word: 'DRILL', banner: DRILL_BANNER };
const REHEARSAL: Exercise = {
  word: 'REHEARSAL',
  banner: say`🎭 *REHEARSAL*: an exercise. It reaches every enforcement point, is measured, and denies nothing.`,
};

function mark(blocks: readonly Block[], exercise: Exercise): Block[] {
  const [first, ...rest] = blocks.map((block) => markBlock(block, exercise));
  if (first === undefined) return [];
  if (first.type !== 'header') return [context(exercise.banner), first, ...rest];
  return [first, context(exercise.banner), ...rest];
}

function markBlock(block: Block, { word }: Exercise): Block {
  if (block.type === 'header' && !block.text.text.startsWith(word))
    return header(`${word} · ${block.text.text}`);
  if (block.type === 'actions')
    return { ...block, elements: block.elements.map((element) => markElement(element, word)) };
  if (block.type === 'section' && block.accessory?.type === 'button')
    return { ...block, accessory: markButton(block.accessory, word) };
  return block;
}

function markElement(
  element: ActionsBlock['elements'][number],
  word: string,
): ActionsBlock['elements'][number] {
  return element.type === 'button' ? markButton(element, word) : element;
}

function markButton(pressed: Button, word: string): Button {
  const text = plain(`${word} · ${pressed.text.text}`, BUTTON_TEXT_MAX);
  return { ...pressed, text: { ...pressed.text, text } };
}

/** Big letters; takes our own words only, for nothing in it is markup. */
export function header(words: string): HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text: plain(words, HEADER_MAX), emoji: true } };
}

/** `verbatim`: addresses and channel names in outside text stay text. */
function mrkdwn(text: Mrkdwn): MrkdwnElement {
  return { type: 'mrkdwn', text: text.mrkdwn === '' ? ' ' : text.mrkdwn, verbatim: true };
}

export function section(text: Mrkdwn, accessory?: Button): SectionBlock {
  return { type: 'section', text: mrkdwn(text), ...(accessory === undefined ? {} : { accessory }) };
}

/** Label and value in two columns, ten at most a block. */
export function fields(pairs: readonly (readonly [label: string, value: Mrkdwn])[]): SectionBlock[] {
  const cells = pairs.map(([label, value]) => mrkdwn(say`*${label}*\n${value}`));
  const blocks: SectionBlock[] = [];
  for (let start = 0; start < cells.length; start += 10)
    blocks.push({ type: 'section', fields: cells.slice(start, start + 10) });
  return blocks;
}

export function context(...texts: readonly Mrkdwn[]): ContextBlock {
  return { type: 'context', elements: texts.map(mrkdwn) };
}

export interface Press {
  readonly words: string;
  readonly action: ActionId;
  /** What the press is about; handlers read the state of it from the store. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly style?: 'primary' | 'danger';
  /** Opens this address beside the press. */
  readonly url?: string;
}

export function button({ words, action, value, style, url }: Press): Button {
  return {
    type: 'button',
    text: { type: 'plain_text', text: plain(words, BUTTON_TEXT_MAX), emoji: true },
    action_id: action,
    value: JSON.stringify(value),
    ...(style === undefined ? {} : { style }),
    ...(url === undefined ? {} : { url }),
  };
}

/** Buttons in as few rows as Slack allows: an action id may stand only once in a row. */
export function buttons(presses: readonly Press[]): ActionsBlock[] {
  const rows: Button[][] = [];
  for (const press of presses) {
    const row = rows.find((each) => each.length < 25 && each.every((one) => one.action_id !== press.action));
    if (row === undefined) rows.push([button(press)]);
    else row.push(button(press));
  }
  return rows.map((elements) => ({ type: 'actions', elements }));
}

/** `value` where `condition` holds, nothing where it does not: for lists of blocks and buttons. */
export function when<T>(condition: boolean, ...values: readonly T[]): T[] {
  return condition ? [...values] : [];
}
