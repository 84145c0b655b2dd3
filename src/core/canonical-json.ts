/**
 * One text for one value (RFC 8785 for the JSON we use: keys sorted by UTF-16 code units, no white space,
 * `undefined` members left out). Digests and signatures are taken over this text, never over a re-serialised
 * object whose key order may differ. An order lists ten thousand points before it may be broadcast: hence the loops.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  return isMap(value) ? membersOf(value) : elementsOf(value);
}

function isMap(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

function elementsOf(values: object): string {
  if (!Array.isArray(values)) return '[]';
  if (values.length >= LONG && isInOrder(values)) return JSON.stringify(values);
  let text = '';
  for (let index = 0; index < values.length; index += 1)
    text += (index === 0 ? '' : ',') + canonicalJson(values[index]);
  return `[${text}]`;
}

function membersOf(value: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Only long arrays are looked at beforehand: within one another they soon are few. */
const LONG = 64;

/** Plain data whose keys stand in our order already: the runtime writes that several times faster. */
function isInOrder(value: unknown): boolean {
  if (value === null || typeof value !== 'object')
    return typeof value !== 'function' && typeof value !== 'symbol';
  if (Array.isArray(value)) return value.every(isInOrder);
  return Object.getPrototypeOf(value) === Object.prototype && isMap(value) && hasKeysInOrder(value);
}

function hasKeysInOrder(value: Readonly<Record<string, unknown>>): boolean {
  let last = '';
  // Of plain objects this finds their own keys only, and makes no list of them.
  for (const name in value) {
    if (name < last || !isInOrder(value[name])) return false;
    last = name;
  }
  return true;
}

const QUOTED = new Map<string, string>();
const NAMES_KEPT = 1_000;

/** The same few names come again and again. */
function quoted(name: string): string {
  const known = QUOTED.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (QUOTED.size < NAMES_KEPT) QUOTED.set(name, text);
  return text;
}
