import { spelledActionId } from '../../core/action-id.js';
import { JsonCursor } from './json-cursor.js';
import type { Slots, Value } from './types.js';

/** Names become keys of rollups and labels of series: longer ones are cut. */
const LONGEST_NAME = 256;
/** Lone halves of surrogate pairs come back from the database as something else. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** Nearly all names: nothing to trim, to cut or to mend. */
const PLAIN = /^[!-~](?:[ -~]{0,254}[!-~])?$/;

/** A name (of an agent, a tool, a model): trimmed, well-formed, at most 256 characters; null where there is none. */
export function nameAt(slots: Slots, slot: number): string | null {
  const value = slots[slot];
  return typeof value === 'string' ? cleanName(value) : null;
}

/** The id of an action, in its one spelling; null where there is none. */
export function actionIdAt(slots: Slots, slot: number): string | null {
  const name = nameAt(slots, slot);
  return name === null ? null : spelledActionId(name);
}

/** A name as it may be stored. */
export function cleanName(value: string): string | null {
  if (PLAIN.test(value)) return value;
  const name = value.trim();
  if (name === '') return null;
  const cut = name.length > LONGEST_NAME ? name.slice(0, LONGEST_NAME) : name;
  return cut.replace(LONE_SURROGATE, '\uFFFD');
}

const DECIMAL = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number that is finite and not below zero, or decimal text of one; null for anything else. */
export function amountOf(value: Value | undefined): number | null {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number < Number.POSITIVE_INFINITY ? number : null;
}

/** A count: an amount without a fraction. */
export function countOf(value: Value | undefined): number | null {
  const amount = amountOf(value);
  return amount !== null && Number.isSafeInteger(amount) ? amount : null;
}

/** true, false, or their words; null for anything else. */
export function flagOf(value: Value | undefined): boolean | null {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : null;
}

/** A structured value: given as such, or as JSON text, as most exporters must. The text itself where it is no JSON. */
export function structured(value: Value): Value {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return parseJson(value) ?? value;
}

/** A structured value with names in it; null for anything else. */
export function objectOf(value: Value | undefined): Readonly<Record<string, Value>> | null {
  const given = value === undefined ? null : structured(value);
  return isKeyed(given) ? given : null;
}

export function isKeyed(value: Value | undefined): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !isList(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** undefined for what is no JSON, or nests so deeply that walking it would take the stack. */
function parseJson(text: string): Value | undefined {
  try {
    if (!isShallow(text)) new JsonCursor(Buffer.from(text)).skip();
    const parsed: Value = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

/** With so few brackets it cannot nest deeply; to count them costs far less than to read it. */
const FEW_BRACKETS = 100;

function isShallow(text: string): boolean {
  let left = FEW_BRACKETS;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left === 0) return false;
    }
  }
  return true;
}
