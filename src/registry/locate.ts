import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { YamlFile } from './yaml-file.js';

/** Where something is in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys and indices from the top of a document, as zod reports them. */
export type Path = readonly PropertyKey[];

/**
 * Where a path ends in the file: at its value, or at its key where the key itself is the mistake. For something
 * that is not there, where the block begins that should hold it.
 */
export function locate(file: YamlFile, path: Path, part: 'key' | 'value' = 'value'): Position {
  let offset = 0;
  let node: unknown = file.document.contents;
  for (const [depth, segment] of path.entries()) {
    offset = startOf(node) ?? offset;
    const next = childOf(resolve(file, node), segment);
    if (next === undefined) return positionAt(file, offset);
    if (part === 'key' && depth === path.length - 1)
      return positionAt(file, startOf(next.key) ?? startOf(next.value) ?? offset);
    node = next.value;
    offset = startOf(next.key) ?? offset;
  }
  return positionAt(file, startOf(node) ?? offset);
}

/** Is there such a key in the file, whatever it holds? */
export function isWritten(file: YamlFile, path: Path): boolean {
  let node: unknown = file.document.contents;
  for (const segment of path) {
    const next = childOf(resolve(file, node), segment);
    if (next === undefined) return false;
    node = next.value;
  }
  return true;
}

function childOf(node: unknown, segment: PropertyKey): { key: unknown; value: unknown } | undefined {
  if (isMap(node))
    return node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(segment));
  if (!isSeq(node)) return undefined;
  const value = node.items[Number(segment)];
  return value === undefined ? undefined : { key: undefined, value };
}

function resolve(file: YamlFile, node: unknown): unknown {
  return isAlias(node) ? node.resolve(file.document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function positionAt({ lines }: YamlFile, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  // A document without content has no lines: its fault is at its start.
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
