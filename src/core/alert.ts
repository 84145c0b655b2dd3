import { z } from 'zod';
import { AlertChart } from './alert-chart.js';
import { Instant } from './ids.js';
import { Severity } from './severity.js';

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
  /** When it ended by the source's clock, where one that is resolved says so; left out where its key names the episode. */
  endsAt: Instant.optional(),
  /** When the agent acted and when the evidence reached the detecting system; null where the alert does not say. */
  actionAt: Instant.nullable(),
  signalAt: Instant.nullable(),
  /** As labelled by the source; may name an agent that the registry does not know. */
  agentId: z.string().nullable(),
  tool: z.string().nullable(),
  actionClass: z.string().nullable(),
  tripwire: TripwireName.nullable(),
  /** What the source says of it, where it says so: it can raise an incident, never lower it. */
  severity: Severity.optional(),
  /** When it reached us, where it was then held: its source was paused, or more came than could be taken. */
  heldSince: Instant.optional(),
  title: z.string(),
  summary: z.string(),
  link: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  /** The acts that tripped it, newest last, where that is known: what their reasoning traces are found by. */
  actionIds: z.array(z.string()).max(10).optional(),
  /** What our own wires have seen, for a picture; no other source has one. */
  chart: AlertChart.nullish(),
});
export type Alert = z.infer<typeof Alert>;
