/** Filling in a modal: what Slack's client lets through, and what it sends. */
import { elementsOf } from '../block-kit/check-blocks.js';
import { isTrueIn, objectsIn, textIn, type Json } from '../json.js';
import { chosen, initial, isStateful, type Choice } from './choices.js';

/** Values by `blockId/actionId`, by action id, or by block id. */
export type FormValues = Readonly<Record<string, Choice>>;

/** `view.state` as submitted. Throws where the client would not have let the person press the button. */
export function fillIn(view: Json, values: FormValues): Json {
  const used = new Set<string>();
  const filled = objectsIn(view, 'blocks').flatMap((block) => {
    const fields = elementsOf(block).filter(isStateful);
    const entries = fields.map((element) => [
      textIn(element, 'action_id'),
      fill(block, element, values, used),
    ]);
    return entries.length === 0 ? [] : [[textIn(block, 'block_id'), Object.fromEntries(entries)]];
  });
  const unknown = Object.keys(values).filter((key) => !used.has(key));
  if (unknown.length > 0)
    throw new Error(`the modal has no field ${unknown.join(', ')}; it has: ${fieldNames(view)}`);
  return { values: Object.fromEntries(filled) };
}

function fill(block: Json, element: Json, values: FormValues, used: Set<string>): Json {
  const [blockId, actionId] = [textIn(block, 'block_id'), textIn(element, 'action_id')];
  const key = [`${blockId}/${actionId}`, actionId, blockId].find((candidate) => candidate in values);
  if (key !== undefined) used.add(key);
  const given = key === undefined ? undefined : values[key];
  const held = given === undefined ? initial(element) : chosen(element, given);
  if (block['type'] === 'input' && !isTrueIn(block, 'optional') && isBlank(held)) {
    throw new Error(`${blockId}/${actionId} must be filled in`);
  }
  checkLength(element, held);
  return { type: element['type'], ...held };
}

function checkLength(element: Json, { value }: Json): void {
  if (typeof value !== 'string' || value === '') return;
  const [least, most] = [Number(element['min_length'] ?? 0), Number(element['max_length'] ?? 3_000)];
  if (value.length < least || value.length > most) {
    throw new Error(`${textIn(element, 'action_id')} takes ${least} to ${most} characters`);
  }
}

function isBlank(held: Json): boolean {
  return Object.values(held).every(
    (value) => value === null || value === '' || (Array.isArray(value) && value.length === 0),
  );
}

function fieldNames(view: Json): string {
  const blocks = objectsIn(view, 'blocks');
  return blocks
    .flatMap((block) =>
      elementsOf(block)
        .filter(isStateful)
        .map((element) => `${textIn(block, 'block_id')}/${textIn(element, 'action_id')}`),
    )
    .join(', ');
}
