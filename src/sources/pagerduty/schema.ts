import { z } from 'zod';
import { StartTime } from '../start-time.js';

const Named = z.object({ id: z.string().nullish(), summary: z.string().nullish() });
/** Who did it: a user, or an integration or workflow, which are nobody. */
const Agent = Named.extend({ type: z.string().nullish() });

/** The incident that most events are about. */
export const PagerDutyIncident = z.object({
  id: z.string().min(1).max(200),
  type: z.literal('incident'),
  html_url: z.string().nullish(),
  incident_key: z.string().nullish(),
  status: z.string().nullish(),
  created_at: z.string().nullish(),
  title: z.string().nullish(),
  urgency: z.string().nullish(),
  service: Named.nullish(),
  priority: Named.nullish(),
  teams: z.array(Named).nullish(),
});
export type PagerDutyIncident = z.infer<typeof PagerDutyIncident>;

/**
 * One event of a PagerDuty webhook v3 subscription. Only the envelope has to be as described: kinds of events that we do
 * not know are noted.
 */
export const PagerDutyBody = z.object({
  event: z.object({
    id: z.string().min(1).max(200),
    event_type: z.string().max(200),
    occurred_at: StartTime,
    agent: Agent.nullish(),
    data: z.unknown().optional(),
  }),
});
export type PagerDutyBody = z.infer<typeof PagerDutyBody>;
