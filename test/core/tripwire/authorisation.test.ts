import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredClass, matches } from '../../../src/core/tripwire/authorisation.js';
import { aCall, aCheck, anAction, anInference, MINUTE, theWires } from '../../support/action-records.js';

describe('the authorisation wire', () => {
  it('is silent about tools that the agent declared', () => {
    expect(theWires().observe(aCall('stripe.refund'), 0)).toEqual([]);
  });

  it.each([
    ['used', aCall('iam.grant')],
    ['tried to use', aCheck('iam.grant', { outcome: 'denied' })],
  ])('tells of one that it did not declare, and whether it %s it', (did, record) => {
    const [finding, ...others] = theWires().observe(record, 0);

    expect(finding).toMatchObject({ tripwire: 'authorisation', rule: 'undeclared-tool', tool: 'iam.grant' });
    expect(finding?.sentence).toBe(
      `billing-agent ${did} iam.grant, which is not among the 2 tools that it declared in agents.yml.`,
    );
    expect(others).toEqual([]);
  });

  it('counts in plain words what was declared', () => {
    expect(theWires({ tools: ['refund'] }).observe(aCall('x'), 0)[0]?.sentence).toBe(
      'billing-agent used x, which is not among the 1 tool that it declared in agents.yml.',
    );
  });

  it('knows an MCP tool by its name and by its address', () => {
    const call = { endpoint: 'mcp:billing/refund', tool: 'refund' };

    expect(theWires({ tools: ['refund'] }).observe(anAction(call), 0)).toEqual([]);
    expect(theWires({ tools: ['mcp:billing/*'] }).observe(anAction(call), 0)).toEqual([]);
    expect(theWires({ tools: ['mcp:crm/*'] }).observe(anAction(call), 0)).toHaveLength(1);
  });

  it('judges addresses only where addresses are declared', () => {
    const request = anAction({ endpoint: 'POST api.example/v1/admin' });

    expect(theWires({ tools: ['refund'] }).observe(request, 0)).toEqual([]);
    expect(theWires({ tools: ['refund', 'POST api.example/v1/refunds'] }).observe(request, 0)).toMatchObject([
      { rule: 'undeclared-tool', tool: null },
    ]);
  });

  it('tells once of an agent that nobody registered, by what it does, and never of a plain program', () => {
    const wires = theWires({}, { agentId: 'stranger' });

    expect(wires.observe(anAction({ kind: 'other', agentId: 'stranger' }), 0)).toEqual([]);
    expect(wires.observe(aCall('x', { agentId: 'stranger' }), 0)).toMatchObject([
      {
        tripwire: 'authorisation',
        rule: 'unknown-agent',
        tool: null,
        sentence: 'stranger used a tool (x), and agents.yml knows no agent of that name: nobody owns it.',
      },
    ]);
    expect(wires.observe(anInference(1, { agentId: 'stranger' }), 0)).toEqual([]);
  });

  it('waits for the parent of a span before it calls a process an unknown agent', () => {
    const child = aCall('x', { agentId: 'some-service', parentSpanId: 'p1', traceId: 't1', spanId: 's1' });
    const told = (isClaimed: boolean): number => {
      const wires = theWires({}, { agentId: 'some-service' });
      const first = wires.observe(child, 0).length;
      if (isClaimed) wires.retract(child);
      const minutes = Array.from({ length: 20 }, (_, index) => wires.advance((index + 1) * MINUTE).length);
      return minutes.reduce((sum, each) => sum + each, first);
    };

    expect(told(true)).toBe(0);
    expect(told(false)).toBe(1);
  });

  it('gives a tool that a name with a star declares the class of that name', () => {
    const inventory = new Map([
      ['github.*', 'code-deployment'],
      ['github.comment', 'customer-communication'],
    ]);

    expect(declaredClass(inventory, 'github.merge')).toBe('code-deployment');
    expect(declaredClass(inventory, 'github.comment')).toBe('customer-communication');
    expect(declaredClass(inventory, 'gitlab.merge')).toBeUndefined();
  });

  it('matches a declared name with stars as a regular expression would, however the names are made', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (pattern, name) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'u');

        expect(matches(pattern, name)).toBe(expression.test(name));
      }),
      { numRuns: 1000 },
    );
  });
});
