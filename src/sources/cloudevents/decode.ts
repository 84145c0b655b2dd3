/**
 * The three modes of the HTTP binding. The SDK of the project is not used for reading: it makes up an id and a time
 * where an event has none, and it leaves header values encoded.
 */
import { DomainError } from '../../core/errors.js';
import { decodeText, parseJson } from '../decode-json.js';
import type { Headers } from '../types.js';

const PREFIX = 'ce-';

/** Content types whose data is JSON. */
export const IS_JSON = /[/+]json\b/i;

/** One event, or an array for a batch, in the JSON form of either. */
export function decodeCloudEvents(bytes: Uint8Array, headers: Headers): unknown {
  const type = String(headers['content-type'] ?? '')
    .trim()
    .toLowerCase();
  const isBinary = !type.startsWith('application/cloudevents') && headers['ce-specversion'] !== undefined;
  return isBinary ? binary(bytes, headers, type) : parseJson(decodeText(bytes), 'The body');
}

function binary(bytes: Uint8Array, headers: Headers, type: string): object {
  if (headers['ce-datacontenttype'] !== undefined)
    throw new DomainError(
      'invalid-input',
      'The header ce-datacontenttype must not be sent: in binary mode content-type says it.',
    );
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(PREFIX) && typeof value === 'string'
      ? [[name.slice(PREFIX.length), decodeHeader(name, value)] as const]
      : [],
  );
  return { ...Object.fromEntries(attributes), datacontenttype: type, ...dataOf(bytes, type) };
}

/** Data that is no JSON is kept out: nothing in it has a name that we know. */
function dataOf(bytes: Uint8Array, type: string): object {
  const isJson = type === '' || IS_JSON.test(type);
  return bytes.length > 0 && isJson ? { data: parseJson(decodeText(bytes), 'The body') } : {};
}

/** Percent-encoded UTF-8, decoded once; an outdated form puts it in quotation marks. */
function decodeHeader(name: string, value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  const text = quoted === undefined ? value : quoted.replace(/\\(.)/gs, '$1');
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new DomainError('invalid-input', `The header ${name} is not percent-encoded UTF-8.`, { cause });
  }
}
