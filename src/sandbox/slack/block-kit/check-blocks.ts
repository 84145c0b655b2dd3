/** Checks a list of blocks for one surface: their shapes, their ids, how many there are. */
import { isObject, objectIn, objectsIn, textIn, type Json } from '../json.js';
import { BLOCKS, BLOCKS_ON } from './limits.js';
import { string } from './rules.js';
import { check, checkShape, problem, type Problem } from './validate.js';

export type Surface = keyof typeof BLOCKS_ON;

/** Every broken rule in a list of blocks. */
export function checkBlocks(blocks: readonly unknown[], surface: Surface, most: number): readonly Problem[] {
  if (blocks.length > most) return [problem(`no more than ${most} items allowed`, '/blocks')];
  return [
    ...blocks.flatMap((block, index) => checkBlock(block, surface, `/blocks/${index}`)),
    ...repeated(blocks.filter(isObject), 'block_id').map((id) =>
      problem(`block_id ${id} is not unique`, '/blocks'),
    ),
  ];
}

function checkBlock(block: unknown, surface: Surface, pointer: string): readonly Problem[] {
  if (!isObject(block)) return [problem('must be an object', pointer)];
  const type = textIn(block, 'type');
  const shape = BLOCKS[type];
  if (shape === undefined || !BLOCKS_ON[surface].includes(type)) {
    return [problem(`unsupported type: ${type}`, `${pointer}/type`)];
  }
  return [
    ...check(block['block_id'] ?? '', string(255), `${pointer}/block_id`),
    ...checkShape(block, shape, pointer, ['type', 'block_id']),
    ...repeated(elementsOf(block), 'action_id').map((id) =>
      problem(`action_id ${id} is not unique`, pointer),
    ),
  ];
}

/** The interactive parts of a block, wherever they stand. */
export function elementsOf(block: Json): readonly Json[] {
  const single = ['accessory', 'element'].map((key) => objectIn(block, key));
  return [...objectsIn(block, 'elements'), ...single].filter((element) => 'type' in element);
}

/** All characters that people would read in these blocks. */
export function countCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countCharacters(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (key === 'text' && typeof item === 'string' ? item.length : countCharacters(item)),
    0,
  );
}

function repeated(items: readonly Json[], key: string): readonly string[] {
  const ids = items.map((item) => textIn(item, key)).filter((id) => id !== '');
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}
