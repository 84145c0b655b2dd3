/** Reads a call's arguments, form-encoded or JSON, into one shape. */
import { isObject, parseJson, type Json } from '../json.js';

/** Arguments that travel as JSON text inside a form. */
const ENCODED = ['blocks', 'attachments', 'metadata', 'view', 'files'];

/** Merges query and body; JSON text that does not parse stays text, for the method to refuse. */
export function readArguments(query: URLSearchParams, contentType: string, body: Buffer): Json {
  return decode({ ...Object.fromEntries(query), ...readBody(contentType, body.toString('utf8')) });
}

function readBody(contentType: string, raw: string): Json {
  if (!contentType.includes('application/json')) return Object.fromEntries(new URLSearchParams(raw));
  const parsed = parseJson(raw);
  return isObject(parsed) ? parsed : {};
}

function decode(args: Json): Json {
  const decoded = ENCODED.flatMap((key) => {
    const value = args[key];
    return typeof value === 'string' ? [[key, parseJson(value) ?? value]] : [];
  });
  return { ...args, ...Object.fromEntries(decoded) };
}
