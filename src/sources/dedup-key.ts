import { createHash } from 'node:crypto';

/** As much as an `Alert` may have. */
const LONGEST = 512;

/** `source:rest`; what is too long for the store is told apart by its digest. */
export function dedupKeyOf(source: string, rest: string): string {
  const key = `${source}:${rest}`;
  if (key.length <= LONGEST) return key;
  return `${source}:sha256:${createHash('sha256').update(rest).digest('hex')}`;
}
