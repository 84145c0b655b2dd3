import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HaltScope } from '../../src/core/halt.js';
import { CORE_ROLES, may, PERMISSIONS, rolesThatMay, type Permission } from '../../src/core/role.js';

const ALL: HaltScope = { kind: 'all' };
const BILLING: HaltScope = { kind: 'agent', agentId: 'billing-agent' };
const permissions = Object.keys(PERMISSIONS).filter((name): name is Permission => name in PERMISSIONS);

const scopes: fc.Arbitrary<HaltScope> = fc.constantFrom<HaltScope>(
  ALL,
  BILLING,
  { kind: 'tool', tool: 'stripe.refund' },
  { kind: 'class', actionClass: 'database-write', agentId: 'support-agent' },
);
const held = fc.record({
  roles: fc.subarray([...CORE_ROLES]),
  owns: fc.subarray(['billing-agent', 'support-agent']),
});

describe('who may do what', () => {
  it('lets at least three roles halt everything', () => {
    const mayHalt = CORE_ROLES.filter((role) => may('halt', { roles: [role], owns: ['billing-agent'] }, ALL));

    expect(mayHalt.length).toBeGreaterThanOrEqual(3);
  });

  it('does not let somebody without a role halt', () => {
    expect(may('halt', { roles: [], owns: [] }, ALL)).toBe(false);
  });

  it('lets an owner halt their own agent, and not the agent of somebody else', () => {
    const owner = { roles: [], owns: ['billing-agent'] };

    expect(may('halt', owner, BILLING)).toBe(true);
    expect(may('halt', owner, { kind: 'agent', agentId: 'support-agent' })).toBe(false);
  });

  it('does not take a claimed "agent-owner" for ownership', () => {
    expect(may('halt', { roles: ['agent-owner'], owns: [] }, BILLING)).toBe(false);
  });

  it('never lets an owner approve a lift alone', () => {
    expect(may('lift-approve', { roles: [], owns: ['billing-agent'] }, BILLING)).toBe(false);
  });

  it.each(['acknowledge', 'declare', 'note'] as const)(
    'lets everybody %s: hearing of harm needs no right',
    (what) => {
      expect(may(what, { roles: [], owns: [] }, ALL)).toBe(true);
    },
  );

  it('never takes a right away when somebody gets one more role', () => {
    fc.assert(
      fc.property(held, fc.constantFrom(...CORE_ROLES), scopes, (before, role, scope) => {
        for (const permission of permissions) {
          const after = { ...before, roles: [...before.roles, role] };
          expect(may(permission, before, scope) && !may(permission, after, scope)).toBe(false);
        }
      }),
    );
  });

  it('lets nobody approve a lift who may not ask for one', () => {
    fc.assert(
      fc.property(held, scopes, (person, scope) => {
        expect(may('lift-approve', person, scope) && !may('lift-request', person, scope)).toBe(false);
      }),
    );
  });

  it('names, in a refusal, only roles that would have been let in', () => {
    for (const permission of permissions) {
      for (const role of rolesThatMay(permission)) {
        expect(may(permission, { roles: [role], owns: ['billing-agent'] }, BILLING)).toBe(true);
      }
    }
  });
});
