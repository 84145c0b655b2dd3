import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../src/core/incident-events.js';
import { applyToChecklists, budgetState, dueWarning, type Checklist } from '../../src/core/rollback.js';
import { minute } from '../support/history.js';

const actionClass = 'database-write';
const stepId = fc.constantFrom('one', 'two', 'three');
const user = fc.constantFrom('U0DBA1', 'U0DBA2');
const at = fc.integer({ min: 0, max: 600 }).map(minute);
const substitute = fc.boolean();

type ChecklistEvent = Parameters<typeof applyToChecklists>[1];

const OPENED = {
  type: 'checklist:opened',
  data: { actionClass, operator: 'database-operator', registryHash: 'h', budgetsFrom: minute(0) },
} satisfies IncidentEvent;

const facts: fc.Arbitrary<ChecklistEvent> = fc.oneof(
  fc.record({
    type: fc.constant('step:started' as const),
    data: fc.record({ actionClass: fc.constant(actionClass), stepId, substitute, by: user, at }),
  }),
  fc.record({
    type: fc.constant('step:done' as const),
    data: fc.record({ actionClass: fc.constant(actionClass), stepId, substitute, by: user, at }),
    private: fc.record({ evidence: fc.string() }),
  }),
  fc.record({
    type: fc.constant('checklist:substituted' as const),
    data: fc.record({ actionClass: fc.constant(actionClass), by: user, at }),
    private: fc.record({ why: fc.string() }),
  }),
  fc.record({
    type: fc.constant('checklist:verified' as const),
    data: fc.record({ actionClass: fc.constant(actionClass), by: user, at }),
    private: fc.record({ evidence: fc.string() }),
  }),
  fc.record({
    type: fc.constant('budget:warned' as const),
    data: fc.record({
      actionClass: fc.constant(actionClass),
      budgetId: fc.constant('b'),
      percent: fc.constantFrom(50 as const, 80 as const, 100 as const),
      at,
    }),
  }),
);

function fold(events: readonly ChecklistEvent[]): readonly Checklist[] {
  return events.reduce<readonly Checklist[]>(
    (before, event) => applyToChecklists(before, event, minute(0)),
    [],
  );
}

describe('a checklist', () => {
  it('is the same when facts come twice', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), (events) => {
        const doubled = events.flatMap((event) => [event, event]);
        expect(fold([OPENED, OPENED, ...doubled])).toEqual(fold([OPENED, ...events]));
      }),
    );
  });

  it('is the same when all of its past is told again', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), (events) => {
        const [once] = fold([OPENED, ...events]);
        const [twice] = fold([OPENED, ...events, OPENED, ...events]);
        expect(twice?.steps.toSorted(byStep)).toEqual(once?.steps.toSorted(byStep));
        expect({ ...twice, steps: [] }).toEqual({ ...once, steps: [] });
      }),
    );
  });

  it('warns ever higher, each mark once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 30 }), (minutes) => {
        const budget = { id: 'b', covers: 'x', minutes: 240 };
        let checklists = fold([OPENED]);
        const given: number[] = [];
        for (const now of minutes.toSorted((a, b) => a - b).map(minute)) {
          const percent = checklists[0] && dueWarning(checklists[0], budget, now);
          if (percent === undefined) continue;
          given.push(percent);
          const event = {
            type: 'budget:warned' as const,
            data: { actionClass, budgetId: 'b', percent, at: now },
          };
          checklists = applyToChecklists(checklists, event, now);
        }
        expect(given).toEqual([...new Set(given)].toSorted((a, b) => a - b));
      }),
    );
  });

  it('lets a clock stand still from the step that it is about', () => {
    const budget = { id: 'b', covers: 'x', minutes: 60, stoppedBy: 'one' };
    const done = {
      type: 'step:done' as const,
      data: { actionClass, stepId: 'one', substitute: false, by: 'U0DBA1', at: minute(30) },
      private: { evidence: 'rows' },
    };
    const [checklist] = fold([OPENED, done]);

    expect(checklist && budgetState(checklist, budget, minute(500))).toEqual({
      dueAt: minute(60),
      percentSpent: 50,
      stoppedAt: minute(30),
    });
  });
});

function byStep(
  a: { stepId: string; substitute: boolean },
  b: { stepId: string; substitute: boolean },
): number {
  return `${a.stepId}${String(a.substitute)}` < `${b.stepId}${String(b.substitute)}` ? -1 : 1;
}
