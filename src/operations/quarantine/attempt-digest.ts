import { createHash } from 'node:crypto';
import type { Attempt } from '../../core/halt.js';
import { attemptText } from '../../core/held-parameters.js';

/** What a release is bound to: SHA-256 over the attempt with its exact parameters, hex. */
export function attemptDigest(attempt: Attempt, parameters: unknown): string {
  return createHash('sha256').update(attemptText(attempt, parameters)).digest('hex');
}
