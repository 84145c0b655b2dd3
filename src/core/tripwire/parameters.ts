/**
 * What each rule watches for, and what happens when it fires: `rules` of `tripwires.yml`, narrowed for an agent and then
 * for one of its tools. A rule that the file does not mention, or mentions without a mode, runs in shadow.
 */
import type { TripwireName } from '../alert.js';
import { WIRE_OF, type TripwireMode, type TripwireRule } from './finding.js';

interface HasMode {
  readonly mode: TripwireMode;
}

export interface WireParameters {
  /** Limit: `factor` times the median of active sliding hours, never below the floor. */
  readonly 'cost-rate': HasMode & {
    readonly factor: number;
    readonly floorUsd: number;
    /** Below so many active hours the median says nothing, and the cap holds instead. */
    readonly fromActiveHours: number;
  };
  /** Limit of an hour while there is no baseline. */
  readonly 'cost-cap': HasMode & { readonly capUsd: number };
  readonly 'cost-unknown': HasMode;
  readonly 'call-rate': HasMode & {
    readonly windowMinutes: number;
    readonly factor: number;
    readonly floorCalls: number;
    readonly fromActiveHours: number;
  };
  /** Limit of the window of `call-rate` while there is no baseline. */
  readonly 'call-cap': HasMode & { readonly capCalls: number };
  /** Silent until the agent has been acting for so many hours, and again after a week without it. */
  readonly 'new-endpoint': HasMode & { readonly learningHours: number };
  /** Whether an artifact counts as reviewed when its own record says that no review was required. */
  readonly 'review-bypassed': HasMode & { readonly allowExempt: boolean };
  /** A review is too fast below `seconds`, and below what the words take at `wordsPerMinute`. */
  readonly 'review-too-fast': HasMode & { readonly seconds: number; readonly wordsPerMinute: number };
  readonly 'review-by-author': HasMode;
  readonly 'review-of-other-content': HasMode;
  readonly 'undeclared-tool': HasMode;
  readonly 'unknown-agent': HasMode;
  /** null: learned from the longest pause of the 7 days before. */
  readonly silence: HasMode & { readonly afterMinutes: number | null };
  readonly 'enforcement-gap': HasMode & {
    /** How long after a span its guard's check may still arrive. */
    readonly withinMinutes: number;
    /** auto: once a check of this agent was seen in the 7 days before. */
    readonly guarded: 'auto' | 'always' | 'never';
  };
}

/** The numbers that the runbooks get when they name none. The limits without history are those of the Prometheus rules. */
export const DEFAULT_PARAMETERS: WireParameters = {
  'cost-rate': { mode: 'shadow', factor: 2, floorUsd: 10, fromActiveHours: 24 },
  'cost-cap': { mode: 'shadow', capUsd: 20 },
  'cost-unknown': { mode: 'shadow' },
  'call-rate': { mode: 'shadow', windowMinutes: 5, factor: 3, floorCalls: 45, fromActiveHours: 24 },
  'call-cap': { mode: 'shadow', capCalls: 600 },
  'new-endpoint': { mode: 'shadow', learningHours: 24 },
  'review-bypassed': { mode: 'shadow', allowExempt: true },
  'review-too-fast': { mode: 'shadow', seconds: 30, wordsPerMinute: 500 },
  'review-by-author': { mode: 'shadow' },
  'review-of-other-content': { mode: 'shadow' },
  'undeclared-tool': { mode: 'shadow' },
  'unknown-agent': { mode: 'shadow' },
  silence: { mode: 'shadow', afterMinutes: null },
  'enforcement-gap': { mode: 'shadow', withinMinutes: 5, guarded: 'auto' },
};

type Some<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a file says about some of the rules; what it leaves out is inherited. */
export type RuleOverrides = { readonly [R in TripwireRule]?: Some<WireParameters[R]> | undefined };

export interface AgentOverrides {
  readonly rules: RuleOverrides;
  readonly tools: ReadonlyMap<string, RuleOverrides>;
}

/** The part of `tripwires.yml` that Haltline's own wires read. Plain data: it goes to a worker. */
export interface TripwireRules {
  /** How late a record may be and still be held against the windows that it belongs to. */
  readonly lateMinutes: number;
  readonly rules: RuleOverrides;
  readonly agents: ReadonlyMap<string, AgentOverrides>;
}

/** Of the registry, what the wires need. */
export interface WireRegistry {
  readonly agents: ReadonlyMap<
    string,
    { readonly tools: readonly { readonly name: string; readonly actionClass: string }[] }
  >;
  readonly routes: ReadonlyMap<TripwireName | 'unknown' | 'declared', { readonly mode: 'page' | 'halt' }>;
  readonly tripwires: TripwireRules;
}

/**
 * The parameters of every rule for an agent, or for one of its tools. A route with `mode: halt` halts for whatever
 * pages by it, so a rule's `page` becomes `halt` there; shadow and warn stay what they are.
 */
export function tripwireParameters(
  registry: WireRegistry,
  agentId: string,
  tool: string | null = null,
): WireParameters {
  const { rules, agents } = registry.tripwires;
  const agent = agents.get(agentId);
  const ofTool = tool === null ? undefined : agent?.tools.get(tool);
  const layers = [rules, agent?.rules, ofTool];
  const of = <R extends TripwireRule>(rule: R): WireParameters[R] => {
    const said = layers.map((layer) => written(layer?.[rule] ?? {}));
    const merged: WireParameters[R] = Object.assign({}, DEFAULT_PARAMETERS[rule], ...said);
    return escalated(merged, registry.routes.get(WIRE_OF[rule])?.mode);
  };
  return {
    'cost-rate': of('cost-rate'),
    'cost-cap': of('cost-cap'),
    'cost-unknown': of('cost-unknown'),
    'call-rate': of('call-rate'),
    'call-cap': of('call-cap'),
    'new-endpoint': of('new-endpoint'),
    'review-bypassed': of('review-bypassed'),
    'review-too-fast': of('review-too-fast'),
    'review-by-author': of('review-by-author'),
    'review-of-other-content': of('review-of-other-content'),
    'undeclared-tool': of('undeclared-tool'),
    'unknown-agent': of('unknown-agent'),
    silence: of('silence'),
    'enforcement-gap': of('enforcement-gap'),
  };
}

function escalated<P extends HasMode>(parameters: P, route: 'page' | 'halt' | undefined): P {
  return parameters.mode === 'page' && route === 'halt' ? { ...parameters, mode: 'halt' } : parameters;
}

/** Without keys that stand for nothing, which would hide what is inherited. */
function written(layer: object): object {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}
