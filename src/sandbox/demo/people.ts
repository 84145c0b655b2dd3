import type { SandboxPerson, SandboxUserGroup } from '../slack/options.js';

function person(id: string, name: string): SandboxPerson {
  return { id, name, realName: name.replaceAll('-', ' '), email: `${name}@example.com` };
}

/** The responders that the shipped `runbooks/roles.yml` and `agents.yml` name, called by what they do. */
export const PEOPLE: readonly SandboxPerson[] = [
  person('U0SRE1', 'on-call-sre'),
  person('U0SRE2', 'second-sre'),
  person('U0SEC1', 'security-on-call'),
  person('U0OWNER1', 'billing-owner'),
  person('U0OWNER2', 'support-owner'),
  person('U0OWNER3', 'catalogue-owner'),
  person('U0OWNER4', 'platform-owner'),
  person('U0IC1', 'incident-commander'),
  person('U0COMMS1', 'communications-lead'),
  person('U0SCRIBE1', 'scribe'),
  person('U0LEGAL1', 'legal'),
  person('U0OPS1', 'operations'),
  person('U0DBA1', 'database-operator'),
  person('U0PAY1', 'payments-operator'),
  person('U0PAY2', 'second-payments-operator'),
  person('U0SUP1', 'support-lead'),
  person('U0EDIT1', 'publishing-editor'),
  person('U0REL1', 'release-engineer'),
  person('U0IAM1', 'identity-admin'),
  person('U0IAM2', 'second-identity-admin'),
  person('U0KB1', 'knowledge-steward'),
  person('U0GUEST1', 'passer-by'),
];

export const GROUPS: readonly SandboxUserGroup[] = [
  { id: 'S0SRE', handle: 'sre-oncall', users: ['U0SRE1', 'U0SRE2'] },
  { id: 'S0SEC', handle: 'security-oncall', users: ['U0SEC1'] },
];
