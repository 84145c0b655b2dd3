import type { z } from 'zod';
import { nearestWord } from './nearest-word.js';

/** How a value is shown: what is there, in short. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return 'got nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'got an empty list' : 'got a list';
  if (typeof value === 'object') return 'got a block of keys';
  if (typeof value === 'string' && value.startsWith('whsec_'))
    return 'got a secret, which must not stand here';
  const text = JSON.stringify(value).replace(/\/\/[^/@\s]+@/u, '//…@');
  return text.length > 60 ? `got ${text.slice(0, 57)}…"` : `got ${text}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'write text (in quotes where it looks like a number)',
  number: 'write a number',
  int: 'write a whole number',
  boolean: 'write true or false',
  array: 'write a list, one "- " a line',
  object: 'write a block of "key: value" lines',
  record: 'write a block of "key: value" lines',
};

/** What to write instead. Formats and refinements carry their own words in `schema.ts`. */
export function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return KINDS[issue.expected] ?? `write a value of the kind ${issue.expected}`;
  if (issue.code === 'invalid_value') return `write one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return tooSmall(issue);
  if (issue.code === 'too_big') return `write at most ${issue.maximum}${unitOf(issue.origin)}`;
  return issue.message;
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string') return 'write some text';
  if (origin === 'array') return minimum === 1 ? 'list at least one' : `list at least ${minimum}`;
  return inclusive === false ? `write a number above ${minimum}` : `write at least ${minimum}`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

/** The nearest of the allowed words, where the written one looks like a slip. */
export function hint(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return '';
  const nearest = nearestWord(value, issue.values.map(String));
  return nearest === undefined ? '' : ` (nearest: ${nearest})`;
}
