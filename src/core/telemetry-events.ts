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

/** Who read what agents were told and said: a stream of its own, which nobody folds. */
export const TRACE_READS_STREAM = 'trace-reads';

/** The actor of the entry asked for a reasoning trace, and this answer was made out. Nothing of it stands here but what it can be compared with. */
export const TraceRead = z.object({
  type: z.literal('trace:read'),
  data: z.object({
    actionId: z.string(),
    agentId: z.string(),
    traceId: z.string().nullable(),
    /** How many pieces of what was said. */
    parts: z.number().int(),
    /** SHA-256 of the answer as canonical JSON (hex): later, who still has it can show that it was this. */
    digest: z.string(),
  }),
  private: z.null().optional(),
});
export type TraceRead = z.infer<typeof TraceRead>;
