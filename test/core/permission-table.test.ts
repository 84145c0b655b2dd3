/** The whole table, written out: who may do what, about which scope. A change of a right is a change here. */
import { describe, expect, it } from 'vitest';
import type { HaltScope } from '../../src/core/halt.js';
import { may, PERMISSIONS, type Permission } from '../../src/core/role.js';

const SCOPES = {
  all: { kind: 'all' },
  'own agent': { kind: 'agent', agentId: 'billing-agent' },
  'other agent': { kind: 'agent', agentId: 'support-agent' },
  'tool everywhere': { kind: 'tool', tool: 'stripe.refund' },
  'tool in own agent': { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' },
  'tool in other agent': { kind: 'tool', tool: 'email.send', agentId: 'support-agent' },
  'class in other agent': { kind: 'class', actionClass: 'database-write', agentId: 'support-agent' },
  action: { kind: 'action', actionId: 'act-1' },
} as const satisfies Record<string, HaltScope>;
type ScopeName = keyof typeof SCOPES;
const EVERY: readonly ScopeName[] = [
  'all',
  'own agent',
  'other agent',
  'tool everywhere',
  'tool in own agent',
  'tool in other agent',
  'class in other agent',
  'action',
];
/** What an owner of billing-agent answers for: their agent, and whatever may touch it. */
const OWN: readonly ScopeName[] = ['all', 'own agent', 'tool everywhere', 'tool in own agent', 'action'];
const NEVER: readonly ScopeName[] = [];

const PEOPLE = {
  sre: { roles: ['on-call-sre'], owns: [] },
  security: { roles: ['security-on-call'], owns: [] },
  owner: { roles: [], owns: ['billing-agent'] },
  commander: { roles: ['incident-commander'], owns: [] },
  comms: { roles: ['communications-lead'], owns: [] },
  scribe: { roles: ['scribe'], owns: [] },
  legal: { roles: ['legal'], owns: [] },
  queue: { roles: ['operations-queue'], owns: [] },
  nobody: { roles: [], owns: [] },
} as const;
type Who = keyof typeof PEOPLE;

const RESPONDERS = {
  sre: EVERY,
  security: EVERY,
  owner: OWN,
  commander: EVERY,
  comms: NEVER,
  scribe: NEVER,
  legal: NEVER,
  queue: NEVER,
  nobody: NEVER,
};
const COMMAND = { ...RESPONDERS, owner: NEVER };
const EVERYBODY = {
  sre: EVERY,
  security: EVERY,
  owner: EVERY,
  commander: EVERY,
  comms: EVERY,
  scribe: EVERY,
  legal: EVERY,
  queue: EVERY,
  nobody: EVERY,
};

const TABLE: Readonly<Record<Permission, Readonly<Record<Who, readonly ScopeName[]>>>> = {
  halt: RESPONDERS,
  'halt-keep': RESPONDERS,
  'halt-review': COMMAND,
  'halt-ask': EVERYBODY,
  'lift-request': RESPONDERS,
  'lift-approve': COMMAND,
  acknowledge: EVERYBODY,
  'confirm-harm': RESPONDERS,
  'mark-point': COMMAND,
  'quarantine-release': RESPONDERS,
  'quarantine-reject': RESPONDERS,
  declare: EVERYBODY,
  note: EVERYBODY,
  update: { ...RESPONDERS, comms: EVERY },
  'assign-role': EVERYBODY,
  'change-severity': RESPONDERS,
  'change-status': RESPONDERS,
  'supply-link': { ...RESPONDERS, scribe: EVERY },
  checklist: EVERYBODY,
  close: COMMAND,
  drill: COMMAND,
  'pause-source': COMMAND,
  'release-hold': { ...COMMAND, sre: NEVER, security: NEVER, legal: EVERY },
  'resume-source': RESPONDERS,
  read: EVERYBODY,
};

const cells = Object.entries(TABLE).flatMap(([permission, row]) =>
  Object.entries(row).map(([who, allowed]) => ({ permission, who, allowed })),
);

describe('the permission table', () => {
  it('has a row for every right there is', () => {
    expect(Object.keys(PERMISSIONS).toSorted()).toEqual(Object.keys(TABLE).toSorted());
  });

  it.each(cells)('$permission: $who may for exactly $allowed', ({ permission, who, allowed }) => {
    const held = PEOPLE[who as Who];

    const granted = EVERY.filter((name) => may(permission as Permission, held, SCOPES[name]));

    expect(granted).toEqual(EVERY.filter((name) => allowed.includes(name)));
  });
});
