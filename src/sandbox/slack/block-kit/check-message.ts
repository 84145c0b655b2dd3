/** Checks the blocks of a message, as chat.postMessage does. */
import { isObject, textIn, type Json } from '../json.js';
import { refused, refusedFor } from '../web-api/reply.js';
import { checkBlocks, countCharacters } from './check-blocks.js';
import { BLOCKS_PER_MESSAGE, CHARACTERS_PER_MESSAGE, MARKDOWN_PER_MESSAGE } from './limits.js';

/** The refusal these blocks deserve; undefined when they are fine, or absent. */
export function checkMessageBlocks(blocks: unknown): Json | undefined {
  if (blocks === undefined || blocks === '') return undefined;
  if (!Array.isArray(blocks)) return refused('invalid_blocks_format');
  const problems = checkBlocks(blocks, 'message', BLOCKS_PER_MESSAGE);
  if (problems.length > 0) return refusedFor('invalid_blocks', problems);
  if (countMarkdown(blocks) > MARKDOWN_PER_MESSAGE || countCharacters(blocks) > CHARACTERS_PER_MESSAGE) {
    return refused('msg_blocks_too_long');
  }
  return undefined;
}

function countMarkdown(blocks: readonly unknown[]): number {
  const markdown = blocks.filter(isObject).filter((block) => block['type'] === 'markdown');
  return markdown.reduce((sum, block) => sum + textIn(block, 'text').length, 0);
}
