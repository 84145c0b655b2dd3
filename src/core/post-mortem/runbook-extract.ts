/**
 * What a post-mortem takes from the runbooks, copied at the moment of drafting. Runbooks are edited after an
 * incident (that is their point), so a draft that looked them up later would say something else than was posted.
 */
import { z } from 'zod';

const step = z.object({ id: z.string(), instruction: z.string(), evidence: z.string() });

export const ClassExtract = z.object({
  name: z.string(),
  title: z.string(),
  operator: z.string(),
  steps: z.array(step),
  budgets: z.array(
    z.object({
      id: z.string(),
      covers: z.string(),
      minutes: z.number(),
      stoppedBy: z.string().optional(),
    }),
  ),
  substitute: z.object({ when: z.string(), steps: z.array(step) }),
  verification: z.object({ instruction: z.string(), evidence: z.string() }),
});
export type ClassExtract = z.infer<typeof ClassExtract>;

export const AgentExtract = z.object({
  id: z.string(),
  title: z.string(),
  vendor: z.object({ name: z.string(), killSwitchSlaSeconds: z.number().nullable() }),
  tools: z.array(
    z.object({ name: z.string(), actionClass: z.string(), blastRadius: z.enum(['low', 'medium', 'high']) }),
  ),
  consumers: z.array(z.object({ kind: z.enum(['agent', 'system', 'surface']), name: z.string() })),
  transactionBearing: z.boolean(),
});
export type AgentExtract = z.infer<typeof AgentExtract>;

export const DrillExtract = z.object({
  id: z.string(),
  title: z.string(),
  objectives: z.array(z.string()),
});
export type DrillExtract = z.infer<typeof DrillExtract>;

export const RunbookExtract = z.object({
  /** Digest of the runbooks at that moment. */
  hash: z.string(),
  /** Null where the registry knew no such agent. */
  agent: AgentExtract.nullable(),
  /** The classes that have a checklist in this incident. */
  classes: z.array(ClassExtract),
  drill: DrillExtract.nullable(),
});
export type RunbookExtract = z.infer<typeof RunbookExtract>;
