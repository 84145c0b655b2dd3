/** What Haltline's own wires said to people without opening an incident: the stream `tripwires`. */
import { z } from 'zod';
import { AlertChart } from './alert-chart.js';
import { TripwireName } from './alert.js';
import { Instant } from './ids.js';

export const TRIPWIRE_STREAM = 'tripwires';

const Warned = z.object({
  type: z.literal('tripwire:warned'),
  data: z.object({
    tripwire: TripwireName,
    rule: z.string(),
    agentId: z.string(),
    tool: z.string().nullable(),
    dedupKey: z.string(),
    firedAt: Instant,
    chart: AlertChart.nullish(),
  }),
  private: z.object({ sentence: z.string() }).nullish(),
});

/** What one rule in shadow would have done. */
const ShadowRule = z.object({
  rule: z.string(),
  /** For these agents only; null where it is in shadow for all. */
  agents: z.array(z.string()).nullable(),
  fired: z.number().int(),
  /** True where it fired more often than was counted. */
  atLeast: z.boolean(),
  /** The newest ones; `incident` is the one it overlapped. */
  newest: z.array(z.object({ agentId: z.string(), firedAt: Instant, incident: z.string().nullable() })),
  /** Incidents that were open within an hour of it, each once. */
  incidents: z.array(z.string()),
});
export type ShadowRule = z.infer<typeof ShadowRule>;

const Reported = z.object({
  type: z.literal('shadow:reported'),
  data: z.object({ from: Instant, to: Instant, rules: z.array(ShadowRule) }),
  /** By rule: the newest sentence of it. */
  private: z.object({ sentences: z.record(z.string(), z.string()) }).nullish(),
});

export const TripwireEvent = z.discriminatedUnion('type', [Warned, Reported]);
export type TripwireEvent = z.infer<typeof TripwireEvent>;

/** A warning as people read it; the sentence is null once it was erased. */
export type TripwireWarning = z.infer<typeof Warned>['data'] & { readonly sentence: string | null };

/** A day of the rules in shadow, as people read it. */
export type ShadowReport = z.infer<typeof Reported>['data'] & {
  readonly sentences: Readonly<Record<string, string>>;
};
