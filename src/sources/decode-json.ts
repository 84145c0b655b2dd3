import { DomainError } from '../core/errors.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** No sender nests deeper; what does could exhaust the stack of whoever walks it. */
const DEEPEST = 64;

/** The text of a body; DomainError `invalid-input` for bytes that are no UTF-8, overlong forms among them. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new DomainError('invalid-input', 'The body is not valid UTF-8.', { cause });
  }
}

/** One JSON document, whatever content type it claims to be of. */
export function decodeJson(bytes: Uint8Array): unknown {
  return parseJson(decodeText(bytes), 'The body');
}

/** DomainError `invalid-input` that names what is no JSON, and never repeats it. */
export function parseJson(text: string, what: string): unknown {
  if (depthOf(text) > DEEPEST)
    throw new DomainError('invalid-input', `${what} is nested deeper than ${DEEPEST} levels.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('invalid-input', `${what} must be one valid JSON document.`);
  }
}

/** How deep brackets nest outside of texts. Looks at each character once: whoever posts need not have been believed yet. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isText = !isText;
    else if (isText) at += code === BACKSLASH ? 1 : 0;
    else if (OPENS.has(code)) deepest = Math.max(deepest, ++depth);
    else if (CLOSES.has(code)) depth -= 1;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSES: ReadonlySet<number> = new Set([0x5d, 0x7d]);
