import { z } from 'zod';
import { instantOf } from './instant.js';

/** When a wire fired, as an Instant in UTC. Needed: it is the Trigger of the detection chain. */
export const StartTime = z
  .string()
  .meta({
    format: 'date-time',
    description: 'When the tripwire fired, RFC 3339. Stays the same for repeats and for `resolved`.',
  })
  .transform((text, context) => {
    const at = instantOf(text);
    if (at !== null && !isZeroTime(at)) return at;
    context.addIssue({
      code: 'custom',
      message: 'must be the RFC 3339 time at which the alert began to fire',
    });
    return z.NEVER;
  });

/** Go writes its zero time where it has none. */
function isZeroTime(at: string): boolean {
  return at.startsWith('0001-01-01T00:00:00');
}
