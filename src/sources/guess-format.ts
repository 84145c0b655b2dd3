import type { AlertFormat } from '../core/source-settings.js';
import { decodeJson } from './decode-json.js';
import { FORMATS } from './registry.js';
import type { Headers } from './types.js';

/** The formats that a body may be of: one, for those that say who they are. Empty for what is no JSON. */
export function guessFormats(bytes: Uint8Array, headers: Headers): AlertFormat[] {
  return Object.values(FORMATS).flatMap(({ name, recognises, decode = decodeJson }) => {
    try {
      return recognises(decode(bytes, headers), headers) ? [name] : [];
    } catch {
      return [];
    }
  });
}
