/** What the wires would have said of an incident by the rules in force, journaled once so that a draft can rest on it. */
import { z } from 'zod';
import { TripwireName } from '../alert.js';
import { Instant } from '../ids.js';

/** Why nothing can be said. */
export const ReplayUnknown = z.enum(['no-agent', 'no-telemetry', 'unfinished']);
export type ReplayUnknown = z.infer<typeof ReplayUnknown>;

export const UNKNOWN_WORDS: Readonly<Record<ReplayUnknown, string>> = {
  'no-agent': 'the incident is about no agent that is known',
  'no-telemetry': 'no telemetry of this agent is stored for that time',
  unfinished: 'telemetry could not be read to its end',
};

/** One alert that would have been. */
const ReplayedAlert = z.object({
  rule: z.string(),
  tripwire: TripwireName,
  /** What the rule would have done: shadow is told to nobody. */
  mode: z.enum(['shadow', 'warn', 'page', 'halt']),
  tool: z.string().nullable(),
  firedAt: Instant,
  dedupKey: z.string(),
  /** False where it was over before the act: another story. */
  concerns: z.boolean(),
  actionIds: z.array(z.string()),
  traceIds: z.array(z.string()),
});
export type ReplayedAlert = z.infer<typeof ReplayedAlert>;

export const Replayed = z.object({
  at: Instant,
  /** null where the replay is possible and has been made. */
  unknown: ReplayUnknown.nullable(),
  agentId: z.string().nullable(),
  from: Instant.nullable(),
  to: Instant.nullable(),
  /** Digest of the runbooks that the rules were taken from. */
  runbooks: z.string(),
  records: z.number().int(),
  /** Arrived more than an hour after the act; replayed as if on time. */
  afterwards: z.number().int(),
  /** The oldest act that is stored of the agent. */
  oldest: Instant.nullable(),
  fired: z.number().int(),
  alerts: z.array(ReplayedAlert),
});
export type Replayed = z.infer<typeof Replayed>;
