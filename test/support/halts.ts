/** Builders and arbitraries of halting: each shows only what matters. */
import fc from 'fast-check';
import type { HaltEvent } from '../../src/core/halt-events.js';
import type { Ack, InFlight } from '../../src/core/halt-events.js';
import type { Attempt, Halt, HaltScope } from '../../src/core/halt.js';

export const AT = '2026-11-20T03:12:00.000Z';

export function aHalt(change: Partial<Halt> = {}): Halt {
  return {
    id: 'H-1',
    scope: { kind: 'all' },
    mode: 'deny',
    reason: 'it spends too much',
    orderedBy: 'U0SRE1',
    at: AT,
    ...change,
  };
}

export function anAttempt(change: Partial<Attempt> = {}): Attempt {
  return {
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    actionClass: 'spend',
    actionId: 'act-1',
    ...change,
  };
}

type Ordered = Extract<HaltEvent, { type: 'halt:ordered' }>;

/** `points` are names; instance and agent are made from them. */
export function ordered(points: readonly string[], change: Partial<Ordered['data']> = {}): Ordered {
  return {
    type: 'halt:ordered',
    data: {
      haltId: 'H-1',
      scope: { kind: 'all' },
      mode: 'deny',
      orderedBy: 'U0SRE1',
      at: AT,
      epoch: 1,
      incident: null,
      originChannel: null,
      drill: false,
      rehearsal: false,
      breakGlass: false,
      reviewAt: null,
      clockStartedAt: AT,
      expected: points.map((pointId) => ({ ...aPoint(pointId), kind: 'guard' as const })),
      uncovered: [],
      recordedLate: false,
      ...change,
    },
    private: { reason: 'it spends too much' },
  };
}

export function aPoint(pointId: string) {
  return { pointId, agentId: 'billing-agent', instance: `run-of-${pointId}` };
}

export function acked(
  pointId: string,
  level: Ack['level'],
  change: Partial<Omit<Ack, 'inflight'>> & { inflight?: Partial<InFlight> } = {},
): HaltEvent {
  const inflight = { aborted: [], uncancellable: [], completedAfter: [], ...change.inflight };
  return {
    type: 'point:acknowledged',
    data: { acks: [{ ...aPoint(pointId), epoch: 1, level, at: AT, ...change, inflight }] },
  };
}

const name = fc.constantFrom('a', 'b', 'c');
const agent = fc.option(name, { nil: undefined });

export const scopes: fc.Arbitrary<HaltScope> = fc.oneof(
  fc.constant<HaltScope>({ kind: 'all' }),
  name.map((agentId): HaltScope => ({ kind: 'agent', agentId })),
  fc
    .tuple(name, agent)
    .map(([tool, agentId]): HaltScope => ({ kind: 'tool', tool, ...(agentId !== undefined && { agentId }) })),
  fc.tuple(name, agent).map(([actionClass, agentId]): HaltScope => ({
    kind: 'class',
    actionClass,
    ...(agentId !== undefined && { agentId }),
  })),
  name.map((actionId): HaltScope => ({ kind: 'action', actionId })),
);

export const halts: fc.Arbitrary<Halt> = fc
  .record({
    id: fc.constantFrom('H-1', 'H-2', 'H-3'),
    scope: scopes,
    mode: fc.constantFrom('deny', 'hold', 'degraded'),
  })
  .map((change) => aHalt(change));

export const attempts: fc.Arbitrary<Attempt> = fc
  .record({ agentId: name, tool: name, actionClass: name, actionId: name, readOnly: fc.boolean() })
  .map((change) => anAttempt(change));
