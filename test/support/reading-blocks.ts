/** A message as a person reads it, and the presses it offers. */
import type { Button } from '@slack/types';
import type { Block, Rendered } from '../../blocks/rendered.js';

/** All words, a line a text, with Slack's dates in UTC. */
export function textOf({ blocks }: Pick<Rendered, 'blocks'>): string {
  return blocks
    .flatMap(wordsOf)
    .join('\n')
    .replace(/<!date\^[^|]*\|([^>]*)>/g, '$1');
}

function wordsOf(block: Block): string[] {
  switch (block.type) {
    case 'divider':
      return [];
    case 'header':
      return [block.text.text];
    case 'section':
      return [
        ...(block.text === undefined ? [] : [block.text.text]),
        ...(block.fields ?? []).map(({ text }) => text),
      ];
    case 'context':
      return block.elements.flatMap((element) => ('text' in element ? [element.text] : []));
    case 'actions':
      return [
        block.elements
          .map((element) => ('text' in element ? `[${element.text.text}]` : `(${element.type})`))
          .join(' '),
      ];
  }
}

/** Every button, in the order in which they stand. */
export function pressesOn({ blocks }: Pick<Rendered, 'blocks'>): Button[] {
  return blocks.flatMap((block) => {
    if (block.type === 'section' && block.accessory?.type === 'button') return [block.accessory];
    return block.type === 'actions' ? block.elements.filter((element) => element.type === 'button') : [];
  });
}
