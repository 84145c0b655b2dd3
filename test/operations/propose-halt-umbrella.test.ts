/** What is offered to whoever works several incidents of one cause. */
import { describe, expect, it } from 'vitest';
import { proposeHalt } from '../../src/operations/halting/propose-halt.js';
import { openDesk } from '../support/desk.js';
import { trip } from '../support/storm.js';

const AGENTS = [1, 2, 3, 4, 5, 6, 7];
const UMBRELLA = 'INC-6';

describe('the halt that is proposed for an umbrella', () => {
  it('is of the one tool that all of its alerts name, across agents', async () => {
    const { deps } = await openDesk();
    await trip(deps, AGENTS, { tripwire: 'authorisation', tool: 'stripe.refund' });

    const { proposal, choices } = await proposeHalt(deps, UMBRELLA);

    expect(proposal).toEqual({
      scope: { kind: 'tool', tool: 'stripe.refund' },
      why: 'Several agents call one tool as they should not: stripe.refund.',
    });
    expect(choices.map(({ scope }) => scope)).toContainEqual(proposal.scope);
  });

  it.each([
    ['the wire does not say which call is wrong', { tripwire: 'cost-rate', tool: 'stripe.refund' }],
    ['no alert names a tool', { tripwire: 'authorisation', tool: null }],
    ['no agent has that tool', { tripwire: 'authorisation', tool: 'rm.everything' }],
  ] as const)('is of everything where %s, and says why', async (_name, alert) => {
    const { deps } = await openDesk();
    await trip(deps, AGENTS, alert);

    const { proposal } = await proposeHalt(deps, UMBRELLA);

    expect(proposal).toEqual({
      scope: { kind: 'all' },
      why: 'Several agents are concerned, and it is unclear what failed.',
    });
  });

  it('is of everything where its members name several tools', async () => {
    const { deps } = await openDesk();
    await trip(deps, [1, 2, 3], { tripwire: 'authorisation', tool: 'stripe.refund' });
    await trip(deps, [4, 5, 6], { tripwire: 'authorisation', tool: 'crm.read_customer' });

    expect((await proposeHalt(deps, UMBRELLA)).proposal.scope).toEqual({ kind: 'all' });
  });
});
