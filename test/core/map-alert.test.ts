import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsPattern, mapAlert } from '../../src/core/map-alert.js';
import type { MappingRule, SourceSettings } from '../../src/core/source-settings.js';
import { plainSource } from '../../src/core/source-settings.js';
import { anAlert } from '../support/desk.js';

const KNOWN = { agents: new Set(['billing-agent']), actionClasses: new Set(['external-api-call']) };
const settings = (change: Partial<SourceSettings>): SourceSettings => ({
  ...plainSource('grafana'),
  ...change,
});
const rule = (change: Partial<MappingRule>): MappingRule => ({ when: {}, ignore: false, ...change });
const labelled = (labels: Record<string, string>) =>
  anAlert({ agentId: null, tool: null, tripwire: null, labels });

describe('the mapping of sources.yml', () => {
  it('looks into its labels in their order, and only then into what the format found', () => {
    const labels = { agent: ['service', 'app'], tool: ['api'] };

    const first = mapAlert(labelled({ app: 'a', service: ' ' }), settings({ labels }), KNOWN).alert;
    const none = mapAlert(anAlert({ labels: {} }), settings({ labels }), KNOWN).alert;

    expect(first).toMatchObject({ agentId: 'a', tool: null });
    expect(none).toMatchObject({ agentId: 'billing-agent', tool: 'stripe.refund' });
  });

  it('takes the first rule that fits whole, before any label', () => {
    const rules = [
      rule({ when: { env: 'prod', alertname: 'Refund*' }, agent: 'refund-agent' }),
      rule({ when: { env: '*' }, agent: 'any-agent', tripwire: 'outcome' }),
    ];
    const map = (labels: Record<string, string>) => {
      const { alert, rule: place } = mapAlert(
        labelled({ agent: 'x', ...labels }),
        settings({ rules }),
        KNOWN,
      );
      return [alert.agentId, alert.tripwire, place];
    };

    expect(map({ env: 'prod', alertname: 'RefundsUnreviewed' })).toEqual(['refund-agent', null, 1]);
    expect(map({ env: 'prod' })).toEqual(['any-agent', 'outcome', 2]);
    expect(map({})).toEqual([null, null, null]);
  });

  it('may go by what the alert says', () => {
    const rules = [rule({ when: { title: '*median*' }, tool: 'x' })];

    expect(mapAlert(anAlert(), settings({ rules }), KNOWN).alert.tool).toBe('x');
  });

  it('leaves out what a rule ignores, and strangers where only agents of ours are wanted', () => {
    const rules = [rule({ when: { env: 'staging' }, ignore: true })];

    expect(mapAlert(labelled({ env: 'staging' }), settings({ rules }), KNOWN).ignored).toBe('by-rule');
    expect(mapAlert(labelled({}), settings({ onlyKnownAgents: true }), KNOWN).ignored).toBe('unknown-agent');
    expect(mapAlert(anAlert(), settings({ onlyKnownAgents: true }), KNOWN).ignored).toBeNull();
  });

  it('knows a class by either of its spellings, and leaves one that nobody knows as it is', () => {
    const spelled = (actionClass: string) =>
      mapAlert(anAlert({ actionClass }), settings({}), KNOWN).alert.actionClass;

    expect([spelled('External_API_call'), spelled('external-api-call'), spelled('x_y')]).toEqual([
      'external-api-call',
      'external-api-call',
      'x_y',
    ]);
  });

  it('takes nothing from what objects inherit', () => {
    const labels = { agent: ['constructor', 'toString', '__proto__'] };

    expect(mapAlert(labelled({}), settings({ labels }), KNOWN).alert.agentId).toBeNull();
  });
});

describe('a pattern', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'ab', false],
    ['abc', '*', true],
    ['', '*', true],
    ['abc', 'a*c', true],
    ['ac', 'a*c', true],
    ['a', 'a*a', false],
    ['aXbXc', '*X*X*', true],
    ['aXb', '*X*X*', false],
  ] as const)('%j fits %j: %j', (text, pattern, fits) => {
    expect(fitsPattern(text, pattern)).toBe(fits);
  });

  it('fits what the same regular expression fits', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(text, letters, (each, pattern) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 's').test(each);

        expect(fitsPattern(each, pattern)).toBe(expected);
      }),
    );
  });
});
