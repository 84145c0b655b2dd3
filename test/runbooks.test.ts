import { describe, expect, it } from 'vitest';
import { actionClassesOf, blastRadiusOf } from '../src/core/agent.js';
import { TripwireName } from '../src/core/alert.js';
import { CORE_ROLES, rolesThatMay } from '../src/core/role.js';
import { loadRegistry } from '../src/registry/load-registry.js';

const registry = loadRegistry(new URL('../runbooks', import.meta.url).pathname);
const classes = [...registry.actionClasses.values()];

/** The seven of the runbook seed with its time budgets, in minutes from containment. */
const BUDGETS = {
  'database-write': [240],
  'external-api-call': [1440],
  'customer-communication': [240],
  'document-publication': [60, 1440],
  'code-deployment': [30, 240],
  'identity-change': [30, 1440],
  'knowledge-write': [240, 10_080],
};

describe('the runbooks that ship', () => {
  it('have all seven action classes with the time budgets of the runbook', () => {
    const budgets = classes.map(({ name, budgets: each }) => [name, each.map(({ minutes }) => minutes)]);

    expect(Object.fromEntries(budgets)).toEqual(BUDGETS);
  });

  it.each(classes)('say for $name how to undo it, what else to do, and how somebody else checks', (each) => {
    const ids = [...each.steps, ...each.substitute.steps].map(({ id }) => id);

    expect(each.steps.length).toBeGreaterThanOrEqual(5);
    expect(each.steps.length).toBeLessThanOrEqual(9);
    expect(new Set(ids).size).toBe(ids.length);
    expect(each.substitute.when).not.toBe('');
    expect(each.substitute.steps.length).toBeGreaterThanOrEqual(3);
    expect(each.verification.instruction).toMatch(/^(?:Somebody|A second)/u);
    expect(each.verification.evidence).toContain('their name');
  });

  it.each(classes)('give the operator of $name to somebody', ({ operator }) => {
    expect(registry.roles.get(operator)?.userIds).not.toEqual([]);
  });

  it('let nothing through at an isolated guard that spends, is seen by customers, or spreads by reading', () => {
    const readable = classes.filter(({ allowReadsWhenIsolated }) => allowReadsWhenIsolated);

    expect(readable.map(({ name }) => name)).toEqual(['code-deployment', 'database-write']);
  });

  it('tell every role what to do, in two to four sentences', () => {
    for (const { name, duties } of registry.roles.values()) {
      const sentences = duties.match(/[.?](?=\s|$)/gu) ?? [];
      expect(sentences.length, name).toBeGreaterThanOrEqual(2);
      expect(sentences.length, name).toBeLessThanOrEqual(4);
    }
  });

  it('fill every role that permissions know, and at least three that can halt everything', () => {
    const members = (role: string) => registry.roles.get(role)?.userIds.length ?? 0;

    expect([...registry.roles.keys()]).toEqual(expect.arrayContaining([...CORE_ROLES]));
    expect(rolesThatMay('halt').filter((role) => members(role) > 0).length).toBeGreaterThanOrEqual(3);
  });

  it('describe a fleet of four that uses every action class and whose output has consumers', () => {
    const agents = [...registry.agents.values()];

    expect(agents.map(({ id }) => id)).toEqual([
      'billing-agent',
      'support-agent',
      'catalogue-agent',
      'platform-agent',
    ]);
    expect(new Set(agents.flatMap(actionClassesOf))).toEqual(new Set(Object.keys(BUDGETS)));
    expect(agents.every(({ consumers }) => consumers.length > 0)).toBe(true);
    expect(blastRadiusOf(agents[2] ?? expect.fail('no third agent'))).toBe('medium');
  });

  it('page the owner for rates, the operations queue for outcomes and security for tools not declared', () => {
    const first = (route: TripwireName) => registry.routes.get(route)?.roles[0];

    expect(first('cost-rate')).toBe('agent-owner');
    expect(first('action-rate')).toBe('agent-owner');
    expect(first('outcome')).toBe('operations-queue');
    expect(first('authorisation')).toBe('security-on-call');
  });

  it('always have somebody to page next, whatever fired', () => {
    for (const name of [...TripwireName.options, 'unknown', 'declared'] as const)
      expect(registry.routes.get(name)?.roles.length, name).toBeGreaterThanOrEqual(2);
  });

  it('drill every month and each case once a quarter, with targets in seconds, minutes or hours', () => {
    const drills = [...registry.drills.values()];

    expect(new Set(drills.map(({ cron }) => cron.split(' ')[3]))).toEqual(
      new Set(['1,4,7,10', '2,5,8,11', '3,6,9,12']),
    );
    for (const { id, objectives } of drills)
      expect(objectives.join(' '), id).toMatch(/30 seconds[^]*\d+ (?:minutes|hours)/u);
  });
});
