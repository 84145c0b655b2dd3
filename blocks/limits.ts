/**
 * Slack's limits, with room to spare. `fit` brings any message inside them: it would be refused whole
 * otherwise, and a page that is not posted is worse than one that is cut. What is cut is said.
 */
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { clip, clipMrkdwn } from './escape.js';
import type { Block, Rendered } from './rendered.js';

export const BLOCKS_MAX = 50;
export const SECTION_MAX = 3_000;
export const FIELDS_MAX = 10;
export const FIELD_MAX = 2_000;
export const HEADER_MAX = 150;
export const CONTEXT_ELEMENTS_MAX = 10;
export const ACTION_ELEMENTS_MAX = 25;
export const BUTTON_TEXT_MAX = 75;
export const BUTTON_VALUE_MAX = 2_000;
/** Undocumented: about 13,200 characters over all blocks are refused (`msg_blocks_too_long`). */
export const TOTAL_MAX = 12_000;
/** An update refuses 4,000. */
export const TEXT_MAX = 3_900;

/** Room for the line that says what is missing. */
const NOTICE_LENGTH = 200;

/** The same message inside every limit. */
export function fit({ text, blocks }: Rendered): Rendered {
  const narrow = blocks.map(fitBlock).filter((block) => block !== undefined);
  return { text: clipMrkdwn(text, TEXT_MAX), blocks: fitWhole(narrow) };
}

/** The text characters of all blocks together, as Slack is thought to count them. */
export function lengthOf(blocks: readonly Block[]): number {
  return blocks.flatMap(textsOf).reduce((sum, { text }) => sum + text.length, 0);
}

/** Drops what can be missed best, from the end, and says how much. */
function fitWhole(blocks: readonly Block[]): Block[] {
  if (blocks.length <= BLOCKS_MAX && lengthOf(blocks) <= TOTAL_MAX) return [...blocks];
  const kept = [...blocks];
  while (kept.length > BLOCKS_MAX - 1 || lengthOf(kept) > TOTAL_MAX - NOTICE_LENGTH)
    kept.splice(mostDispensable(kept), 1);
  return [...kept.slice(0, -1), moreNotice(blocks.length - kept.length), ...kept.slice(-1)];
}

/** The last block may carry our marker and the first the name: they go last. */
function mostDispensable(blocks: readonly Block[]): number {
  const between = blocks.slice(1, -1);
  const index = between
    .map(costOf)
    .reduce((best, cost, at, costs) => (cost <= (costs[best] ?? 9) ? at : best), 0);
  return between.length === 0 ? 0 : index + 1;
}

/** Words go before rows with a button, and those before rows of buttons. */
function costOf(block: Block): number {
  if (block.type === 'actions') return 3;
  if (block.type === 'header') return 2;
  return block.type === 'section' && block.accessory !== undefined ? 1 : 0;
}

function moreNotice(count: number): ContextBlock {
  return {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: `… ${count} more, too long for one Slack message` }],
  };
}

/** Undefined where nothing of the block remains. */
function fitBlock(block: Block): Block | undefined {
  switch (block.type) {
    case 'divider':
      return block;
    case 'header':
      return { ...block, text: fitText(block.text, HEADER_MAX) };
    case 'section':
      return fitSection(block);
    case 'context':
      return block.elements.length === 0 ? undefined : fitContext(block);
    case 'actions':
      return fitActions(block);
  }
}

function fitSection(block: SectionBlock): SectionBlock {
  const { text, fields, accessory, ...rest } = block;
  const kept = accessory?.type === 'button' ? fitButton(accessory) : accessory;
  return {
    ...rest,
    ...(text === undefined ? {} : { text: fitText(text, SECTION_MAX) }),
    ...(fields === undefined ? {} : { fields: fitFields(fields) }),
    ...(kept === undefined ? {} : { accessory: kept }),
  };
}

function fitFields(fields: NonNullable<SectionBlock['fields']>): NonNullable<SectionBlock['fields']> {
  return fields.slice(0, FIELDS_MAX).map((field) => fitText(field, FIELD_MAX));
}

function fitContext(block: ContextBlock): ContextBlock {
  const shown = block.elements.map((element) =>
    element.type === 'image' ? element : fitText(element, FIELD_MAX),
  );
  if (shown.length <= CONTEXT_ELEMENTS_MAX) return { ...block, elements: shown };
  const more = { type: 'mrkdwn', text: `… ${shown.length - CONTEXT_ELEMENTS_MAX + 1} more` } as const;
  return { ...block, elements: [...shown.slice(0, CONTEXT_ELEMENTS_MAX - 1), more] };
}

function fitActions(block: ActionsBlock): Block | undefined {
  const elements = block.elements
    .map((element) => (element.type === 'button' ? fitButton(element) : element))
    .filter((element) => element !== undefined);
  const lost = block.elements.length - elements.length + Math.max(0, elements.length - ACTION_ELEMENTS_MAX);
  if (elements.length === 0) return lost === 0 ? undefined : moreNotice(lost);
  return { ...block, elements: elements.slice(0, ACTION_ELEMENTS_MAX) };
}

/** A value cut short would name something else: the button goes instead. */
function fitButton(button: Button): Button | undefined {
  if ((button.value?.length ?? 0) > BUTTON_VALUE_MAX) return undefined;
  return { ...button, text: { ...button.text, text: clip(button.text.text, BUTTON_TEXT_MAX) } };
}

function fitText<T extends PlainTextElement | MrkdwnElement>(element: T, max: number): T {
  const text = element.type === 'mrkdwn' ? clipMrkdwn(element.text, max) : clip(element.text, max);
  return { ...element, text };
}

function textsOf(block: Block): { readonly text: string }[] {
  switch (block.type) {
    case 'divider':
      return [];
    case 'header':
      return [block.text];
    case 'section':
      return [
        ...(block.text === undefined ? [] : [block.text]),
        ...(block.fields ?? []),
        ...(block.accessory?.type === 'button' ? [block.accessory.text] : []),
      ];
    case 'context':
      return block.elements.filter((element) => element.type !== 'image');
    case 'actions':
      return block.elements.filter((element) => element.type === 'button').map(({ text }) => text);
  }
}
