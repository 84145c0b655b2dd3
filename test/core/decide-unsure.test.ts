import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.js';
import { ANYTHING, couldCover, decideUnsure, type UnsureAttempt } from '../../src/core/decide-unsure.js';
import type { Halt, HaltScope } from '../../src/core/halt.js';

const agents = fc.constantFrom('a', 'b');
const tools = fc.constantFrom('t', 'u');
const classes = fc.constantFrom('c', 'd');
const scopes: fc.Arbitrary<HaltScope> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.record({ kind: fc.constant('agent' as const), agentId: agents }),
  fc.record(
    { kind: fc.constant('tool' as const), tool: tools, agentId: agents },
    { requiredKeys: ['kind', 'tool'] },
  ),
  fc.record(
    { kind: fc.constant('class' as const), actionClass: classes, agentId: agents },
    { requiredKeys: ['kind', 'actionClass'] },
  ),
  fc.record({ kind: fc.constant('action' as const), actionId: fc.constantFrom('x', 'y') }),
);
const halts: fc.Arbitrary<Halt[]> = fc.array(
  fc.record({
    id: fc.uuid(),
    scope: scopes,
    mode: fc.constantFrom('deny', 'hold', 'degraded'),
    reason: fc.constant('r'),
    orderedBy: fc.constant('U0SRE1'),
    at: fc.constant('2026-11-20T03:12:00.000Z'),
  }),
  { maxLength: 5 },
);
const attempts = fc.record({
  agentId: agents,
  tool: tools,
  actionClass: classes,
  actionId: fc.constantFrom('x', 'y'),
  readOnly: fc.boolean(),
});
/** Which parts are hidden. */
const hidden = fc.record({
  agents: fc.boolean(),
  tools: fc.boolean(),
  classes: fc.boolean(),
  action: fc.boolean(),
});
const RANK = { allow: 0, hold: 1, deny: 2 };

function sureOf(attempt: {
  agentId: string;
  tool: string;
  actionClass: string;
  actionId: string;
  readOnly: boolean;
}) {
  const { agentId, tool, actionClass, actionId, readOnly } = attempt;
  return {
    agents: [agentId],
    tools: [tool],
    classes: [actionClass],
    actionId,
    readOnly,
  } satisfies UnsureAttempt;
}

describe('deciding about what is not known', () => {
  it('decides as ever where everything is known', () => {
    fc.assert(
      fc.property(attempts, halts, (attempt, standing) => {
        const { verdict, because } = decide(attempt, standing);

        expect(decideUnsure(sureOf(attempt), standing)).toEqual({ verdict, because });
      }),
    );
  });

  it('never allows more when something is hidden', () => {
    fc.assert(
      fc.property(attempts, halts, hidden, (attempt, standing, hide) => {
        const sure = sureOf(attempt);
        const unsure: UnsureAttempt = {
          agents: hide.agents ? undefined : sure.agents,
          tools: hide.tools ? undefined : sure.tools,
          classes: hide.classes ? undefined : sure.classes,
          actionId: hide.action ? undefined : sure.actionId,
          readOnly: sure.readOnly,
        };

        expect(RANK[decideUnsure(unsure, standing).verdict]).toBeGreaterThanOrEqual(
          RANK[decide(attempt, standing).verdict],
        );
      }),
    );
  });

  it('never allows more when an order is added', () => {
    fc.assert(
      fc.property(attempts, halts, halts, (attempt, before, more) => {
        const sure = sureOf(attempt);

        expect(RANK[decideUnsure(sure, [...before, ...more]).verdict]).toBeGreaterThanOrEqual(
          RANK[decideUnsure(sure, before).verdict],
        );
      }),
    );
  });

  it('is stopped by every order where nothing is known', () => {
    fc.assert(fc.property(scopes, (scope) => couldCover(scope, ANYTHING)));
  });
});
