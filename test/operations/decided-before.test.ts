import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decideUnsure } from '../../src/core/decide-unsure.js';
import type { Halt, HaltScope } from '../../src/core/halt.js';
import { createDecidedBefore } from '../../src/operations/points/decided-before.js';
import { attemptOf, knownNames, type GatewayRequest } from '../../src/operations/points/gateway-request.js';
import { openDesk } from '../support/desk.js';

const tool = fc.constantFrom('stripe.refund', 'db.orders.write', 'nobody.knows');
const agent = fc.constantFrom('billing-agent', 'support-agent', null);
const actionClass = fc.constantFrom('external-api-call', 'data-mutation');
const actionId = fc.constantFrom('act-1', 'act-2', undefined);

const scope: fc.Arbitrary<HaltScope> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.record({
    kind: fc.constant('agent' as const),
    agentId: fc.constantFrom('billing-agent', 'support-agent'),
  }),
  fc.record({ kind: fc.constant('tool' as const), tool }),
  fc.record({ kind: fc.constant('class' as const), actionClass }),
  fc.record({ kind: fc.constant('action' as const), actionId: fc.constantFrom('act-1', 'act-2') }),
);
const halt: fc.Arbitrary<Halt> = fc.record({
  id: fc.constantFrom('H-1', 'H-2', 'H-3'),
  scope,
  mode: fc.constantFrom('deny', 'hold', 'degraded'),
  reason: fc.constant('it spends too much'),
  orderedBy: fc.constant('tok_ops'),
  at: fc.constant('2026-11-20T03:12:00.000Z'),
});
const question: fc.Arbitrary<{ agentId: string | null; request: GatewayRequest }> = fc.record({
  agentId: agent,
  request: fc.record({
    agents: fc.constant([]),
    tools: fc.oneof(fc.constant('none' as const), fc.array(tool, { maxLength: 2 })),
    classes: fc.array(actionClass, { maxLength: 1 }),
    actionId,
    readOnly: fc.boolean(),
    uris: fc.constant([]),
    methods: fc.constant([]),
  }),
});

it('answers a question that was asked before as it would have been answered anew', async () => {
  const { registry } = (await openDesk()).deps;
  const names = knownNames(registry);

  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(halt, { maxLength: 3 }), fc.array(question, { maxLength: 12 }))),
      (states) => {
        const decided = createDecidedBefore();
        for (const [halts, questions] of states)
          for (const { agentId, request } of questions) {
            const asking = { agentId, route: undefined };
            const anew = () => decideUnsure(attemptOf({ registry, names }, asking, request), halts);

            expect(decided(halts, { asking, request }, anew)).toEqual(anew());
          }
      },
    ),
  );
});

it('decides once for many', async () => {
  const decided = createDecidedBefore();
  const asking = { agentId: 'billing-agent', route: undefined };
  const request = {
    agents: ['billing-agent'],
    tools: ['stripe.refund'],
    classes: [],
    actionId: undefined,
    readOnly: false,
    uris: [],
    methods: [],
  };
  let times = 0;
  const decide = () => {
    times += 1;
    return { verdict: 'allow' as const, because: [] };
  };
  const halts: Halt[] = [];

  for (let asked = 0; asked < 100; asked += 1) decided(halts, { asking, request }, decide);

  expect(times).toBe(1);
});
