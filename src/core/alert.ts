import { z } from 'zod';
import { Instant } from './ids.js';

/** The wires that exist: four of the runbook seed, and two about missing evidence (design §7). */
export const TripwireName = z.enum([
  'cost-rate',
  'action-rate',
  'outcome',
  'authorisation',
  'silence',
  'enforcement-gap',
]);
export type TripwireName = z.infer<typeof TripwireName>;

/** One alert of an outside or inside tripwire, in our words whatever format it came in. */
export const Alert = z.object({
  source: z.string(),
  /** Same key = same episode: one open incident at most. */
  dedupKey: z.string().max(512),
  status: z.enum(['firing', 'resolved']),
  /** When the wire fired, by the source's clock: the Trigger of the detection chain. */
  startsAt: Instant,
  /** When the agent acted and when the evidence reached the detecting system; null where the alert does not say. */
  actionAt: Instant.nullable(),
  signalAt: Instant.nullable(),
  /** As labelled by the source; may name an agent that the registry does not know. */
  agentId: z.string().nullable(),
  tool: z.string().nullable(),
  actionClass: z.string().nullable(),
  tripwire: TripwireName.nullable(),
  title: z.string(),
  summary: z.string(),
  link: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
});
export type Alert = z.infer<typeof Alert>;
