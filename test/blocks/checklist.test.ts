import { describe, expect, it } from 'vitest';
import { checklistMessage } from '../../blocks/checklist.js';
import type { Checklist } from '../../src/core/rollback.js';
import { minute } from '../support/history.js';
import { pressesOn, textOf } from '../support/reading-blocks.js';
import { aChecklist, anIncident, aProfile } from '../support/slack-states.js';

function message(change: Partial<Checklist>, now: string = minute(5)) {
  return checklistMessage({
    incident: anIncident(),
    checklist: aChecklist(change),
    profile: aProfile(),
    operators: ['U0DBA1'],
    now,
  });
}

function step(stepId: string, change: Partial<Checklist['steps'][number]> = {}): Checklist['steps'][number] {
  return {
    stepId,
    substitute: false,
    startedBy: 'U0DBA1',
    startedAt: minute(1),
    doneBy: null,
    doneAt: null,
    evidence: null,
    ...change,
  };
}

const DONE = { doneBy: 'U0DBA1', doneAt: minute(3), evidence: 'rows: 12 <!channel>' };
const ids = (change: Partial<Checklist>) => pressesOn(message(change)).map(({ action_id: id }) => id);

describe('the rollback checklist', () => {
  it('shows who did what, when, and what proves it', () => {
    const steps = [step('snapshot', DONE), step('restore')];

    expect(textOf(message({ steps, budgetsFrom: minute(0) }))).toMatchInlineSnapshot(`
      "↩️ INC-7 rollback · Database writes
      Operator: *database-operator* <@U0DBA1>
      ⏱️ ░░░░░░░░░░ rows restored: due 2026-11-20 07:12:00 UTC
      ✅ *1.* Take a snapshot of what is there now.
      started by <@U0DBA1> 2026-11-20 03:13:00 UTC
      done by <@U0DBA1> 2026-11-20 03:15:00 UTC
      >rows: 12 &lt;!channel&gt;
      🔄 *2.* Restore the rows.
      started by <@U0DBA1> 2026-11-20 03:13:00 UTC
      _Proof: row count_
      🔎 Verify: Compare with the ledger.
      [Cannot be undone…]
      1/2 steps done · runbooks \`abcdef012345\`"
    `);
  });

  it('gives each step the one press that comes next', () => {
    expect(ids({})).toEqual(['step:start', 'step:start', 'checklist:substitute']);
    expect(ids({ steps: [step('snapshot', DONE), step('restore')] })).toEqual([
      'step:done',
      'checklist:substitute',
    ]);
    expect(ids({ steps: [step('snapshot', DONE), step('restore', DONE)] })).toEqual(['checklist:verify']);
  });

  it('puts the substitute’s steps in place of what is left', () => {
    const steps = [step('snapshot', DONE)];
    const substituted = { by: 'U0DBA1', at: minute(4), why: 'others built on it' };

    const shown = message({ steps, substituted });

    expect(textOf(shown)).toContain('_instead:_ Write compensating rows.');
    expect(textOf(shown)).not.toContain('Restore the rows.');
    expect(pressesOn(shown).map(({ value }) => value)).toEqual([
      '{"incident":"INC-7","actionClass":"database-write","stepId":"compensate","substitute":true}',
    ]);
  });

  it('is over when it is verified', () => {
    const verified = { by: 'U0DBA2', at: minute(4), evidence: 'ledger agrees' };

    expect(ids({ steps: [step('snapshot', DONE), step('restore', DONE)], verified })).toEqual([]);
  });
});

describe('time budgets', () => {
  it.each([
    [null, 5, 'not running yet'],
    [0, 30, 'due 2026-11-20 07:12:00 UTC'],
    [0, 130, 'half gone'],
    [0, 200, '*over 80 % gone* <@U0DBA1>'],
    [0, 300, '*spent* <@U0DBA1>'],
  ])('from containment at %s, %s minutes later: %s', (from, later, words) => {
    const budgetsFrom = from === null ? null : minute(from);

    expect(textOf(message({ budgetsFrom }, minute(later)))).toContain(words);
  });
});
