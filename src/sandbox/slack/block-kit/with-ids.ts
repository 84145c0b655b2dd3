/** Slack gives a block_id and an action_id to whatever came without. */
import { isObject, textIn, type Json } from '../json.js';

const PLACES = ['accessory', 'element'];

/** The same blocks, each with a block_id, each interactive element with an action_id. */
export function withIds(blocks: readonly Json[]): readonly Json[] {
  return blocks.map((block) => {
    const named = { ...block, block_id: textIn(block, 'block_id') || newId() };
    return Object.fromEntries(Object.entries(named).map(([key, value]) => [key, identify(key, value)]));
  });
}

function identify(key: string, value: unknown): unknown {
  if (PLACES.includes(key) && isObject(value)) return withActionId(value);
  return key === 'elements' && Array.isArray(value) ? value.map(withActionId) : value;
}

const PASSIVE = ['image', 'plain_text', 'mrkdwn', 'card'];

function withActionId(element: unknown): unknown {
  if (!isObject(element)) return element;
  const type = textIn(element, 'type');
  const isPassive = PASSIVE.includes(type) || type.startsWith('rich_text_');
  return isPassive ? element : { ...element, action_id: textIn(element, 'action_id') || newId() };
}

function newId(): string {
  return crypto.randomUUID().slice(0, 5);
}
