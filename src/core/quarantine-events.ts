/** Everything that can happen to one held attempt: what its stream holds, `quarantine:Q-7`. */
import { z } from 'zod';
import { Instant } from './ids.js';

/**
 * Why a held attempt does not run, each with its own word. `changed`: its parameters are not those that were
 * released. `halted`: an order that denies it, or another that holds it, came after the release. `expired`: the
 * release was not taken up in time. `used`: it was, already. `lifted`: the order that held it is gone, so it has to
 * be asked for again. `rejected`: a person said no. `not-released`: nobody has said yes.
 */
export const HeldRefusal = z.enum([
  'changed',
  'halted',
  'expired',
  'used',
  'lifted',
  'rejected',
  'not-released',
]);
export type HeldRefusal = z.infer<typeof HeldRefusal>;

const none = z.null().optional();

function event<T extends string, D extends z.ZodType, P extends z.ZodType>(type: T, data: D, secret: P) {
  return z.object({ type: z.literal(type), data, private: secret });
}

export const QuarantineEvent = z.discriminatedUnion('type', [
  event(
    'attempt:held',
    z.object({
      id: z.string(),
      agentId: z.string(),
      tool: z.string(),
      actionClass: z.string(),
      actionId: z.string(),
      readOnly: z.boolean(),
      /** SHA-256 over `attemptText`, hex. */
      digest: z.string(),
      /** The order that holds it. */
      haltId: z.string(),
      at: Instant,
    }),
    z.object({ parameters: z.unknown() }).nullable(),
  ),
  event(
    'attempt:released',
    z.object({
      by: z.string(),
      at: Instant,
      digest: z.string(),
      expiresAt: Instant,
      /** The orders that held it at that moment: the release is good against these and no other. */
      holds: z.array(z.string()),
    }),
    none,
  ),
  event(
    'attempt:rejected',
    z.object({ by: z.string(), at: Instant }),
    z.object({ reason: z.string() }).nullable(),
  ),
  /** The agent has taken up the release, to run it at once. Whether it came to that, only the agent knows. */
  event('attempt:used', z.object({ at: Instant, claimId: z.string() }), none),
  /** A gateway let one request of what was taken up pass: once at each gateway. */
  event('attempt:passed', z.object({ at: Instant, gateway: z.string() }), none),
  event('attempt:refused', z.object({ at: Instant, why: HeldRefusal, haltId: z.string().nullable() }), none),
  event('attempt:expired', z.object({ at: Instant }), none),
]);
export type QuarantineEvent = z.infer<typeof QuarantineEvent>;
