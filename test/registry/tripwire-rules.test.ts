import { describe, expect, it } from 'vitest';
import { tripwireParameters } from '../../src/core/tripwire/parameters.js';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { aRunbookFolder, faultsOf } from './runbook-folder.js';

const adding = (text: string) => (file: string) => `${file}${text}`;

function withRules(text: string): string {
  return aRunbookFolder({ 'tripwires.yml': adding(text) });
}

function parameters(text: string, tool: string | null = null) {
  return tripwireParameters(loadRegistry(withRules(text)), 'billing-agent', tool);
}

describe('the rules of our own wires', () => {
  it('run in shadow where the file does not mention them, or gives them no mode', () => {
    const rules = parameters('rules:\n  cost-rate: { floorUsd: 3 }\n');

    expect(rules['cost-rate']).toEqual({ mode: 'shadow', factor: 2, floorUsd: 3, fromActiveHours: 24 });
    expect(new Set(Object.values(rules).map(({ mode }) => mode))).toEqual(new Set(['shadow']));
  });

  it('hand down what is left out: from all to the agent, from the agent to its tool', () => {
    const text = `rules:
  call-rate: { mode: page, factor: 4, floorCalls: 20 }
agents:
  billing-agent:
    rules:
      call-rate: { floorCalls: 10 }
    tools:
      db.orders.write:
        call-rate: { mode: halt, windowMinutes: 1 }
`;

    expect(parameters(text)['call-rate']).toMatchObject({
      mode: 'page',
      factor: 4,
      floorCalls: 10,
      windowMinutes: 5,
    });
    expect(parameters(text, 'db.orders.write')['call-rate']).toMatchObject({
      mode: 'halt',
      factor: 4,
      floorCalls: 10,
      windowMinutes: 1,
    });
  });

  it('halt where they page and the route of their wire halts, and stay in shadow where they are', () => {
    const folder = aRunbookFolder({
      'tripwires.yml': (text) =>
        `${text.replace('cost-rate: { roles: [agent-owner],', 'cost-rate: { mode: halt, roles: [agent-owner],')}
rules:
  cost-rate: { mode: page }
  cost-cap: { mode: warn }
  call-rate: { mode: page }
`,
    });

    const rules = tripwireParameters(loadRegistry(folder), 'billing-agent');

    expect(rules['cost-rate'].mode).toBe('halt');
    expect(rules['cost-cap'].mode).toBe('warn');
    expect(rules['cost-unknown'].mode).toBe('shadow');
    expect(rules['call-rate'].mode).toBe('page');
  });

  it('take late telemetry for five minutes where the file does not say how long', () => {
    expect(loadRegistry(aRunbookFolder()).tripwires.lateMinutes).toBe(5);
    expect(loadRegistry(withRules('lateMinutes: 0\n')).tripwires.lateMinutes).toBe(0);
  });

  it('take limits of a tool that the agent declares by a name with a star, and no star for a tool', () => {
    const limited = (tool: string): string =>
      aRunbookFolder({
        'agents.yml': (text) => text.replace('db.orders.write', 'db.*'),
        'tripwires.yml': adding(
          `agents:\n  billing-agent:\n    tools:\n      "${tool}": { call-cap: { capCalls: 3 } }\n`,
        ),
      });

    const rules = tripwireParameters(
      loadRegistry(limited('db.orders.write')),
      'billing-agent',
      'db.orders.write',
    );

    expect(rules['call-cap'].capCalls).toBe(3);
    expect(faultsOf(limited('db.*'))).toEqual([
      expect.stringContaining('tripwires.yml:15:7 db.*: limits are of one tool; write each tool'),
    ]);
  });

  it.each([
    [
      'a rule that does not exist',
      'rules:\n  cost-rat: { mode: page }\n',
      'tripwires.yml:13:3 "cost-rat" is not a key here; write "cost-rate"',
    ],
    [
      'a bracket that is not closed, where it was opened',
      'rules:\n  cost-rate: { mode: page\n  # as before: { mode: warn }\n  cost-cap: { mode: page }\n',
      'tripwires.yml:13:14 YAML: this { is not closed; write the } that belongs to it',
    ],
    [
      'a mode that does not exist',
      'rules:\n  cost-rate: { mode: alert }\n',
      'tripwires.yml:13:22 mode: got "alert"; write one of shadow, warn, page, halt',
    ],
    [
      'a number of another rule',
      'rules:\n  cost-rate: { capUsd: 20 }\n',
      'tripwires.yml:13:16 "capUsd" is not a key here; write one of mode, factor, floorUsd, fromActiveHours, or remove it',
    ],
    [
      'a factor that would fire at less than usual',
      'rules:\n  call-rate: { factor: 0.5 }\n',
      'tripwires.yml:13:24 factor: got 0.5; write at least 1',
    ],
    [
      'an agent that does not exist',
      'agents:\n  billing-agnt: { rules: { silence: { afterMinutes: 30 } } }\n',
      'tripwires.yml:13:3 billing-agnt: got "billing-agnt"; there is no such agent; write one of billing-agent (nearest: billing-agent), or add it to agents.yml',
    ],
    [
      'a tool that the agent does not declare',
      'agents:\n  billing-agent:\n    tools:\n      db.order.write: { undeclared-tool: { mode: halt } }\n',
      'tripwires.yml:15:7 db.order.write: got "db.order.write"; there is no such tool of this agent; write one of db.orders.write (nearest: db.orders.write), or add it to its tools',
    ],
    [
      'a rule for a tool that looks at the whole agent',
      'agents:\n  billing-agent:\n    tools:\n      db.orders.write: { cost-rate: { floorUsd: 1 } }\n',
      'tripwires.yml:15:26 "cost-rate" is not a key here; write',
    ],
  ])('point at %s', (_, text, expected) => {
    expect(faultsOf(withRules(text))).toEqual([expect.stringContaining(expected)]);
  });
});

const PRICES = `asOf: 2026-11-22
models:
  some-model: { inputPerMillion: 1, outputPerMillion: 5, cacheReadPerMillion: 0.1 }
`;

describe('the prices', () => {
  it('are by model, dated, and may be missing', () => {
    const registry = loadRegistry(aRunbookFolder({ 'prices.yml': PRICES }));
    const without = loadRegistry(aRunbookFolder());

    expect(registry.prices.get('some-model')).toEqual({
      inputPerMillion: 1,
      outputPerMillion: 5,
      cacheReadPerMillion: 0.1,
    });
    expect(registry.pricesAsOf).toBe('2026-11-22');
    expect([without.prices.size, without.pricesAsOf]).toEqual([0, null]);
  });

  it.each([
    ['without a day', PRICES.replace(/^asOf.*\n/u, ''), 'prices.yml:1:1 asOf is missing here; write'],
    [
      'below nothing',
      PRICES.replace('inputPerMillion: 1', 'inputPerMillion: -1'),
      'inputPerMillion: got -1; write at least 0',
    ],
    [
      'half known',
      PRICES.replace('outputPerMillion: 5, ', ''),
      'outputPerMillion is missing here; write a number',
    ],
  ])('are refused %s', (_, text, expected) => {
    expect(faultsOf(aRunbookFolder({ 'prices.yml': text }))).toEqual([expect.stringContaining(expected)]);
  });

  it('that ship are complete and say when they were looked up', () => {
    const registry = loadRegistry(new URL('../../runbooks', import.meta.url).pathname);

    expect(registry.pricesAsOf).toMatch(/^\d{4}-\d\d-\d\d$/u);
    for (const [model, price] of registry.prices) {
      expect(price.outputPerMillion, model).toBeGreaterThanOrEqual(
        model.includes('embedding') ? 0 : price.inputPerMillion,
      );
      expect(price.cacheReadPerMillion ?? 0, model).toBeLessThan(price.inputPerMillion);
    }
  });
});
