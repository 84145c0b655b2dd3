/**
 * Parameters as people are shown them when they decide: secrets and personal data hidden by the name of their key
 * and by their shape, long values cut. What runs is exact; what is shown is not, and says so where it hides.
 */

/** Names of keys whose values nobody needs to see, in any spelling: `apiKey`, `api_key`, `API-KEY`. */
const SECRET_KEYS: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'authorization',
  'authorisation',
  'credential',
  'apikey',
  'privatekey',
  'accesskey',
  'cookie',
  'session',
  'signature',
  'email',
  'phone',
  'mobile',
  'address',
  'iban',
  'bic',
  'cardnumber',
  'creditcard',
  'cvv',
  'cvc',
  'accountnumber',
  'ssn',
  'socialsecurity',
  'passport',
  'birth',
];
/** Too short to be looked for inside other names. */
const SECRET_WORDS: ReadonlySet<string> = new Set(['card', 'pan', 'pin', 'pwd', 'pw', 'auth', 'dob', 'tan']);

const STRING_MAX = 200;
const MEMBERS_MAX = 30;
const DEPTH_MAX = 8;

const HIDDEN = '[hidden]';

/** The same value, fit to be shown. */
export function redact(value: unknown, depth: number = 1): unknown {
  if (typeof value === 'string') return shorten(hideShapes(value));
  if (value === null || typeof value !== 'object') return value;
  if (depth > DEPTH_MAX) return '[deeper than is shown]';
  if (Array.isArray(value)) return redactList(value, depth);
  const members = Object.entries(value);
  const shown = members
    .slice(0, MEMBERS_MAX)
    .map(([key, member]): [string, unknown] => [
      shorten(hideShapes(key)),
      isSecret(key) && member !== null ? HIDDEN : redact(member, depth + 1),
    ]);
  const more = members.length - shown.length;
  return Object.fromEntries(more > 0 ? [...shown, ['…', `${more} more`]] : shown);
}

function redactList(list: readonly unknown[], depth: number): unknown[] {
  const shown = list.slice(0, MEMBERS_MAX).map((member) => redact(member, depth + 1));
  const more = list.length - shown.length;
  return more > 0 ? [...shown, `… ${more} more`] : shown;
}

function isSecret(key: string): boolean {
  const words = key
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const joined = words.join('');
  return SECRET_KEYS.some((name) => joined.includes(name)) || words.some((word) => SECRET_WORDS.has(word));
}

/** What is a secret or a person's whatever it is called. */
function hideShapes(text: string): string {
  return text
    .slice(0, STRING_MAX * 20)
    .replaceAll(/[^\s@<>"']{1,64}@[^\s@<>"']{1,190}\.\p{L}{2,}/gu, '[hidden e-mail]')
    .replaceAll(/\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '[hidden credential]')
    .replaceAll(/\b(?:sk|pk|rk|xox[abeprs]|gh[opsu])[-_][\w-]{8,}/g, '[hidden credential]')
    .replaceAll(/\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g, '[hidden credential]')
    .replaceAll(/\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?\b/g, '[hidden account]')
    .replaceAll(/\b\d(?:[ -]?\d){12,18}\b/g, '[hidden number]');
}

function shorten(text: string): string {
  if (text.length <= STRING_MAX) return text;
  // Never half a character.
  return `${text.slice(0, STRING_MAX).replace(/[\uD800-\uDBFF]$/, '')}… [cut]`;
}
