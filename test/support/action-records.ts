/** Records of what an agent did, and the runbooks that its wires are held against. */
import type { ActionRecord, Cost, Review } from '../../src/core/action-record.js';
import { createAgentWires } from '../../src/core/tripwire/agent-wires.js';
import type { AgentOverrides, RuleOverrides, WireRegistry } from '../../src/core/tripwire/parameters.js';
import { wireSettings } from '../../src/core/tripwire/wire-settings.js';
import type { AgentWires, WireStart } from '../../src/core/tripwire/wires.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const AGENT = 'billing-agent';

export function anAction(facts: Partial<ActionRecord> = {}): ActionRecord {
  const atMs = facts.atMs ?? 0;
  return {
    origin: 'span',
    kind: 'tool',
    actionId: null,
    agentId: AGENT,
    tool: null,
    endpoint: null,
    actionClass: null,
    atMs,
    startedAtMs: atMs,
    receivedAtMs: atMs,
    cost: null,
    customerVisible: false,
    review: null,
    traceId: null,
    spanId: null,
    parentSpanId: null,
    parentActionId: null,
    conversationId: null,
    outcome: 'ok',
    ...facts,
  };
}

/** A model was asked, and it cost so much; null: nobody knows how much. */
export function anInference(usd: number | null, facts: Partial<ActionRecord> = {}): ActionRecord {
  const cost: Cost = {
    usd,
    source: usd === null ? 'unknown' : 'reported',
    model: 'some-model',
    inputTokens: 1000,
    outputTokens: 200,
  };
  return anAction({ kind: 'inference', cost, ...facts });
}

export function aCall(tool: string, facts: Partial<ActionRecord> = {}): ActionRecord {
  return anAction({ tool, endpoint: tool, ...facts });
}

export function aCheck(tool: string, facts: Partial<ActionRecord> = {}): ActionRecord {
  return aCall(tool, { origin: 'check', ...facts });
}

/** Shown at the beginning, approved after two minutes, 100 words long, and sent as approved. */
export function aReview(facts: Partial<Review> = {}): Review {
  return {
    required: true,
    presentedAtMs: 0,
    decidedAtMs: 2 * MINUTE,
    reviewer: 'U0REVIEWER',
    approvedDigest: 'aa11',
    executedDigest: 'aa11',
    words: 100,
    ...facts,
  };
}

export function anArtifact(review: Review | null, facts: Partial<ActionRecord> = {}): ActionRecord {
  return anAction({
    kind: 'artifact',
    origin: 'event',
    tool: 'email.send',
    customerVisible: true,
    review,
    ...facts,
  });
}

export interface SomeRules {
  readonly rules?: RuleOverrides;
  readonly agents?: Readonly<Record<string, AgentOverrides>>;
  readonly tools?: readonly string[];
  readonly haltingRoutes?: readonly ('cost-rate' | 'authorisation')[];
  readonly lateMinutes?: number;
}

/** One agent with some tools; every rule in shadow unless the test says otherwise. */
export function someRules({
  rules = {},
  agents = {},
  tools,
  haltingRoutes = [],
  lateMinutes = 5,
}: SomeRules = {}): WireRegistry {
  const declared = (tools ?? ['stripe.refund', 'email.send']).map((name) => ({
    name,
    actionClass: 'external-api-call',
  }));
  return {
    agents: new Map([[AGENT, { tools: declared }]]),
    routes: new Map(haltingRoutes.map((route) => [route, { mode: 'halt' as const }])),
    tripwires: { lateMinutes, rules, agents: new Map(Object.entries(agents)) },
  };
}

export function theWires(
  rules: SomeRules = {},
  start: Partial<WireStart> & { agentId?: string } = {},
): AgentWires {
  const { agentId = AGENT, ...rest } = start;
  return createAgentWires(wireSettings(someRules(rules), agentId), { nowMs: 0, ...rest });
}
