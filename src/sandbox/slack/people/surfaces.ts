/** Finding what a person can press in a list of blocks, and what the rest of it holds. */
import { elementsOf } from '../block-kit/check-blocks.js';
import { textIn, type Json } from '../json.js';
import { chosen, initial, isStateful, type Choice } from './choices.js';

export interface Pressed {
  readonly block: Json;
  readonly element: Json;
}

/** How to tell elements with the same action id apart, and what to choose in them. */
export interface PressOptions {
  /** A button's value, or what to choose. */
  readonly value?: Choice;
  readonly blockId?: string;
}

/** The element with this action id; throws with what there is when nobody could press it. */
export function findElement(blocks: readonly Json[], actionId: string, options: PressOptions = {}): Pressed {
  const all = blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const found = all.find(
    ({ block, element }) => element['action_id'] === actionId && fits(block, element, options),
  );
  if (found) return found;
  const offered = all.map(({ element }) =>
    [textIn(element, 'action_id'), textIn(element, 'value')].filter(Boolean).join('='),
  );
  throw new Error(
    `nothing to press: ${actionId} ${JSON.stringify(options)}; there is: ${offered.join(', ') || 'nothing'}`,
  );
}

function fits(block: Json, element: Json, { value, blockId }: PressOptions): boolean {
  if (blockId !== undefined && block['block_id'] !== blockId) return false;
  return element['type'] !== 'button' || value === undefined || element['value'] === value;
}

/** The entry of `actions` in a block_actions payload. */
export function actionOf({ block, element }: Pressed, { value }: PressOptions): Json {
  const { type, action_id, text, style } = element;
  const about = { type, action_id, block_id: block['block_id'], action_ts: (Date.now() / 1_000).toFixed(6) };
  if (type !== 'button')
    return { ...about, ...(value === undefined ? initial(element) : chosen(element, value)) };
  return {
    ...about,
    text,
    ...(style ? { style } : {}),
    ...('value' in element ? { value: element['value'] } : {}),
  };
}

/** `state.values` of a surface: initial values, but for the element just used. */
export function stateOf(blocks: readonly Json[], pressed: Pressed, action: Json): Json {
  const values = new Map<string, Json>();
  for (const block of blocks) {
    for (const element of elementsOf(block).filter(isStateful)) {
      const held = element === pressed.element ? pick(action) : initial(element);
      const id = textIn(block, 'block_id');
      values.set(id, {
        ...values.get(id),
        [textIn(element, 'action_id')]: { type: element['type'], ...held },
      });
    }
  }
  return { values: Object.fromEntries(values) };
}

function pick({ type: _type, action_id: _action, block_id: _block, action_ts: _at, ...held }: Json): Json {
  return held;
}
