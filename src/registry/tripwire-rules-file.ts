/** What may stand under `rules` and `agents` of `tripwires.yml`: the numbers of Haltline's own wires. */
import { z } from 'zod';
import type { TripwireRules } from '../core/tripwire/parameters.js';

const Mode = z.enum(['shadow', 'warn', 'page', 'halt']);
const Positive = z.number().positive();
const Hours = z.number().min(0).max(168);
const WindowMinutes = z.number().int().min(1).max(60);
const WEEK_MINUTES = 10_080;

const OnlyMode = z.strictObject({ mode: Mode.optional() });

/** Rules that look at single calls, and so may differ from tool to tool. */
const toolRules = {
  'call-rate': z
    .strictObject({
      mode: Mode,
      windowMinutes: WindowMinutes,
      factor: z.number().min(1),
      floorCalls: z.number().min(0),
      fromActiveHours: Hours,
    })
    .partial()
    .optional(),
  'call-cap': z.strictObject({ mode: Mode, capCalls: Positive }).partial().optional(),
  'new-endpoint': z.strictObject({ mode: Mode, learningHours: Hours }).partial().optional(),
  'review-bypassed': z.strictObject({ mode: Mode, allowExempt: z.boolean() }).partial().optional(),
  'review-too-fast': z
    .strictObject({ mode: Mode, seconds: z.number().min(0), wordsPerMinute: Positive })
    .partial()
    .optional(),
  'review-by-author': OnlyMode.optional(),
  'review-of-other-content': OnlyMode.optional(),
  'undeclared-tool': OnlyMode.optional(),
  'enforcement-gap': z
    .strictObject({
      mode: Mode,
      withinMinutes: z.number().positive().max(60),
      guarded: z.enum(['auto', 'always', 'never']),
    })
    .partial()
    .optional(),
};

const agentRules = {
  'cost-rate': z
    .strictObject({
      mode: Mode,
      factor: z.number().min(1),
      floorUsd: z.number().min(0),
      fromActiveHours: Hours,
    })
    .partial()
    .optional(),
  'cost-cap': z.strictObject({ mode: Mode, capUsd: Positive }).partial().optional(),
  'cost-unknown': OnlyMode.optional(),
  ...toolRules,
  silence: z
    .strictObject({ mode: Mode, afterMinutes: z.number().int().positive().max(WEEK_MINUTES).nullable() })
    .partial()
    .optional(),
};

/** `rules` of the file: for every agent. */
export const GeneralRules = z.strictObject({ ...agentRules, 'unknown-agent': OnlyMode.optional() });

/** One block under `agents`: what differs for one agent, and for single tools of it. */
export const AgentRules = z.strictObject({
  rules: z.strictObject(agentRules).default({}),
  tools: z.record(z.string().min(1), z.strictObject(toolRules)).default({}),
});

/** What the wires read, from a file that has been checked. */
export function tripwireRulesOf(file: {
  readonly lateMinutes: number;
  readonly rules: z.output<typeof GeneralRules>;
  readonly agents: Readonly<Record<string, z.output<typeof AgentRules>>>;
}): TripwireRules {
  const agents = Object.entries(file.agents).map(
    ([agentId, { rules, tools }]) => [agentId, { rules, tools: new Map(Object.entries(tools)) }] as const,
  );
  return { lateMinutes: file.lateMinutes, rules: file.rules, agents: new Map(agents) };
}
