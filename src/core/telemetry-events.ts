/** What was done with telemetry itself: the stream `telemetry`. */
import { z } from 'zod';
import { Instant } from './ids.js';

export const TELEMETRY_STREAM = 'telemetry';

const count = z.object({ records: z.number().int(), traces: z.number().int() });

export const TelemetryEvent = z.discriminatedUnion('type', [
  /** What was older than its time was deleted, and this is what was not, and why. */
  z.object({
    type: z.literal('telemetry:purged'),
    data: z.object({
      day: z.string(),
      keptSince: Instant,
      financialSince: Instant,
      deleted: count,
      oldestDeleted: Instant.nullable(),
      newestDeleted: Instant.nullable(),
      /** Of what is older than `keptSince`, by what kept it. */
      kept: z.object({ incident: count, financial: count }),
      oldestKept: Instant.nullable(),
      /** Incidents that held what is theirs. */
      holds: z.number().int(),
    }),
    private: z.null().optional(),
  }),
  /** A person decided that what was held for an incident need not be held any longer. */
  z.object({
    type: z.literal('hold:released'),
    data: z.object({ incident: z.string(), by: z.string(), at: Instant }),
    private: z.object({ reason: z.string() }).nullish(),
  }),
]);
export type TelemetryEvent = z.infer<typeof TelemetryEvent>;
