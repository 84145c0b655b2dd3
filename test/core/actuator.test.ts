import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { actuatorNotes, expresses, stopsAllOf } from '../../src/core/actuator.js';
import type { Agent, DeclaredActuator } from '../../src/core/agent.js';
import { applyHaltEvent, EMPTY_PLANE, type Plane } from '../../src/core/containment.js';
import { covers, type HaltScope } from '../../src/core/halt.js';
import type { HaltEvent } from '../../src/core/halt-events.js';
import { acked, AT, ordered, scopes } from '../support/halts.js';

const TOOLS = [
  { name: 'a', actionClass: 'x' },
  { name: 'b', actionClass: 'x' },
  { name: 'c', actionClass: 'y' },
];

const AGENT: Agent = {
  id: 'a',
  title: 'Agent',
  owners: ['U0OWNER1'],
  vendor: { name: 'in-house', killSwitchSlaSeconds: null },
  tools: TOOLS.map((tool) => ({ ...tool, blastRadius: 'low' })),
  consumers: [],
  transactionBearing: false,
  actuators: [],
};

function anActuator(change: Partial<DeclaredActuator> = {}): DeclaredActuator {
  return {
    name: 'switch',
    kind: 'webhook',
    url: 'https://vendor.example/halt',
    secretEnv: 'HALTLINE_ACTUATOR_VENDOR',
    modes: ['deny'],
    releasable: true,
    ...change,
  };
}

const BY_TOOL = anActuator({ stops: { tools: ['a'], actionClasses: [] } });
const BY_CLASS = anActuator({ stops: { tools: [], actionClasses: ['x'] } });

describe('a kill switch is told of an order', () => {
  it.each<[string, HaltScope, DeclaredActuator, boolean]>([
    ['to stop everything', { kind: 'all' }, anActuator(), true],
    ['to stop its agent', { kind: 'agent', agentId: 'a' }, anActuator(), true],
    ['to stop its agent, also where it stops a part', { kind: 'agent', agentId: 'a' }, BY_CLASS, true],
    ['not to stop another agent', { kind: 'agent', agentId: 'b' }, anActuator(), false],
    ['not to stop one tool, when it stops the whole agent', { kind: 'tool', tool: 'a' }, anActuator(), false],
    ['to stop the very tool that it stops', { kind: 'tool', tool: 'a' }, BY_TOOL, true],
    [
      'not to stop one tool of a class, when it stops the class',
      { kind: 'tool', tool: 'a' },
      BY_CLASS,
      false,
    ],
    ['to stop the class of the tool that it stops', { kind: 'class', actionClass: 'x' }, BY_TOOL, true],
    ['to stop the class that it stops', { kind: 'class', actionClass: 'x' }, BY_CLASS, true],
    [
      'not to stop the class within another agent',
      { kind: 'class', actionClass: 'x', agentId: 'b' },
      BY_CLASS,
      false,
    ],
    ['not to stop a single action', { kind: 'action', actionId: 'act-1' }, BY_TOOL, false],
  ])('%s', (_, scope, actuator, isTold) => {
    expect(expresses(AGENT, actuator, { scope, mode: 'deny' })).toBe(isTold);
  });

  it('to hold or degrade only where agents.yml says so: it can do nothing but stop', () => {
    const scope: HaltScope = { kind: 'all' };

    expect(expresses(AGENT, anActuator(), { scope, mode: 'hold' })).toBe(false);
    expect(expresses(AGENT, anActuator({ modes: ['deny', 'hold'] }), { scope, mode: 'hold' })).toBe(true);
  });

  it('only where everything that it stops is covered by the order', () => {
    const reaches = fc.option(
      fc
        .record({ tools: fc.subarray(['a', 'b', 'c']), actionClasses: fc.subarray(['x', 'y']) })
        .filter(({ tools, actionClasses }) => tools.length + actionClasses.length > 0),
      { nil: undefined },
    );
    fc.assert(
      fc.property(scopes, reaches, (scope, stops) => {
        const actuator = anActuator({ stops });
        fc.pre(expresses(AGENT, actuator, { scope, mode: 'deny' }));
        const stopped = TOOLS.filter(
          ({ name, actionClass }) =>
            stops === undefined || stops.tools.includes(name) || stops.actionClasses.includes(actionClass),
        );

        const attempts = stopped.map(({ name: tool, actionClass }) => ({
          agentId: 'a',
          tool,
          actionClass,
          actionId: 'act-1',
        }));

        expect(attempts.every((attempt) => covers(scope, attempt))).toBe(true);
      }),
    );
  });

  it('and its word proves nothing about what it does not stop', () => {
    expect(stopsAllOf(AGENT, BY_CLASS, { kind: 'agent', agentId: 'a' })).toBe(false);
    expect(stopsAllOf(AGENT, BY_TOOL, { kind: 'class', actionClass: 'x' })).toBe(false);
    expect(stopsAllOf(AGENT, BY_CLASS, { kind: 'tool', tool: 'a' })).toBe(true);
    expect(stopsAllOf(AGENT, anActuator(), { kind: 'all' })).toBe(true);
  });
});

describe('the row of a kill switch', () => {
  const failed = (change: object = {}): HaltEvent => ({
    type: 'actuator:failed',
    data: {
      haltId: 'H-1',
      pointId: 'p1',
      verb: 'halt',
      attempt: 4,
      error: 'unreachable (ECONNREFUSED)',
      since: AT,
      at: AT,
      ...change,
    },
  });
  const notesAfter = (...events: readonly HaltEvent[]): string[] => {
    const plane = [ordered(['p1', 'p2']), ...events].reduce<Plane>(applyHaltEvent, EMPTY_PLANE);
    const points = plane.orders.get('H-1')?.points ?? [];
    expect(points.find(({ pointId }) => pointId === 'p2')?.trouble).toBeUndefined();
    return actuatorNotes(points.find(({ pointId }) => pointId === 'p1') ?? expect.fail('no point'));
  };

  it('says since when it is not halted, and how often it was told', () => {
    expect(notesAfter(failed())).toEqual([
      'NOT halted: unreachable (ECONNREFUSED) since 2026-11-20 03:12:00 UTC, 4 attempts',
    ]);
  });

  it('does not say "not halted" of one that has taken the order, but that nothing is proven', () => {
    expect(notesAfter(acked('p1', 'received'), failed())[0]).toMatch(/^not proven halted: /);
  });

  it('says nothing of it any more once it has answered', () => {
    expect(notesAfter(failed(), acked('p1', 'received'))).toEqual([]);
  });

  it('keeps a documented time that was missed beside what was measured in the end', () => {
    const measured = (seconds: number | null): HaltEvent => ({
      type: 'actuator:measured',
      data: { haltId: 'H-1', pointId: 'p1', at: AT, seconds, slaSeconds: 60 },
    });

    expect(notesAfter(failed(), measured(null))).toContain('documented time of 60 s MISSED');
    expect(notesAfter(measured(null), measured(71))).toEqual([
      'stopped after 71 s (documented 60 s: MISSED)',
    ]);
    expect(notesAfter(measured(12.4))).toEqual(['stopped after 12.4 s (documented 60 s: met)']);
  });

  it('says of a lift whether the agent may run', () => {
    expect(notesAfter(failed({ verb: 'release' }))[0]).toMatch(/^may STILL BE STOPPED, the release fails: /);
    expect(
      notesAfter(failed({ verb: 'release' }), {
        type: 'actuator:released',
        data: { haltId: 'H-1', pointId: 'p1', at: AT, outcome: 'released' },
      }),
    ).toEqual(['released']);
  });
});
