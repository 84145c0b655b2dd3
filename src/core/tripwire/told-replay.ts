/** A replay as it is told over HTTP, and read by `haltline replay`. Times as text; what is unknown is null. */
import { z } from 'zod';
import { Instant } from '../ids.js';

const ToldFinding = z.object({
  rule: z.string(),
  tripwire: z.string(),
  mode: z.string(),
  agentId: z.string(),
  tool: z.string().nullable(),
  firedAt: Instant,
  sentence: z.string(),
  dedupKey: z.string(),
  /** The act that tripped it; null where no single act did. */
  actionAt: Instant.nullable(),
  actionIds: z.array(z.string()),
  traceIds: z.array(z.string()),
});
export type ToldFinding = z.infer<typeof ToldFinding>;

const ToldAlert = ToldFinding.extend({
  /** The last minute in which the rule was still met. */
  until: Instant,
  /** When it did fire, by the rules that were in force; null where it did not. */
  didFireAt: Instant.nullable(),
  /** Negative where it would have fired later than it did. */
  earlierBySeconds: z.number().nullable(),
});
export type ToldAlert = z.infer<typeof ToldAlert>;

/** How much earlier than people the wires would have noticed an incident. */
export const Lead = z.object({
  actionAt: Instant.nullable(),
  pagedAt: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
  /** The first alert that was still going on at the act; null where there would have been none. */
  first: z
    .object({
      firedAt: Instant,
      rule: z.string(),
      /** null where there was no page, or no acknowledgement; negative where the alert would have come later. */
      beforePageSeconds: z.number().nullable(),
      beforeAcknowledgementSeconds: z.number().nullable(),
    })
    .nullable(),
});
export type Lead = z.infer<typeof Lead>;

export const ToldReplay = z.object({
  from: Instant,
  to: Instant,
  agent: z.string().nullable(),
  incident: z.string().nullable(),
  telemetry: z.object({
    records: z.number(),
    /** Read for what was usual before. */
    learned: z.number(),
    agents: z.number(),
    /** Arrived more than an hour after the act; replayed as if they had arrived with it. */
    arrivedAfterwards: z.number(),
    /** The oldest act that is stored at all. */
    oldest: Instant.nullable(),
  }),
  /** May be more than are listed. */
  fired: z.number(),
  alerts: z.array(ToldAlert),
  /** Did fire, and would not have. */
  gone: z.array(ToldFinding),
  /** null where no incident was asked about. */
  lead: Lead.nullable(),
});
export type ToldReplay = z.infer<typeof ToldReplay>;
