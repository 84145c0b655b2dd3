import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { RegistryError } from '../../src/registry/registry-error.js';

/** The smallest runbooks that are sound: one agent, one class, one drill. Line numbers in tests count on them. */
const SOUND: Readonly<Record<string, string>> = {
  'agents.yml': `agents:
  - id: billing-agent
    title: Billing agent
    owners: [U0OWNER1]
    vendor: { name: in-house, killSwitchSlaSeconds: null }
    tools:
      - name: db.orders.write
        actionClass: database-write
        blastRadius: high
    consumers:
      - { kind: system, name: general-ledger }
    transactionBearing: true
`,
  'roles.yml': `roles:
  on-call-sre: { title: On-call SRE, duties: Halt it., userIds: [U0SRE1] }
  security-on-call: { title: Security, duties: Keep the logs., userIds: [U0SEC1] }
  agent-owner: { title: Agent owner, duties: Say whether it was meant. }
  incident-commander: { title: Commander, duties: Decide., userIds: [U0IC1] }
  communications-lead: { title: Communications, duties: Speak., userIds: [U0COMMS1] }
  scribe: { title: Scribe, duties: Write., userIds: [U0SCRIBE1] }
  legal: { title: Legal, duties: Read., userGroups: [legal-team] }
  operations-queue: { title: Operations, duties: Look., userIds: [U0OPS1] }
  database-operator: { title: Database operator, duties: Undo., userIds: [U0DBA1] }
`,
  'tripwires.yml': `alertNames:
  AgentSpendRate: cost-rate
routes:
  cost-rate: { roles: [agent-owner], acknowledgeWithinMinutes: 5 }
  action-rate: { roles: [agent-owner], acknowledgeWithinMinutes: 5 }
  outcome: { roles: [operations-queue], acknowledgeWithinMinutes: 5 }
  authorisation: { roles: [security-on-call], acknowledgeWithinMinutes: 5 }
  silence: { roles: [agent-owner], acknowledgeWithinMinutes: 5 }
  enforcement-gap: { roles: [security-on-call], acknowledgeWithinMinutes: 5 }
  unknown: { roles: [on-call-sre], acknowledgeWithinMinutes: 5 }
  declared: { roles: [on-call-sre], acknowledgeWithinMinutes: 5 }
`,
  'action-classes/database-write.yml': `title: Database writes
operator: database-operator
steps:
  - id: restore-rows
    instruction: Put the rows back.
    evidence: Row counts.
budgets:
  - { id: data-restored, covers: data restored, within: 4 h }
substitute:
  when: There is no backup.
  steps:
    - id: rebuild-rows
      instruction: Rebuild them from the provider.
      evidence: Row counts.
verification:
  instruction: Somebody else counts again.
  evidence: Their query.
allowReadsWhenIsolated: true
`,
  'drills/lost-rows.yml': `title: Lost rows
cron: '0 10 1 1,4,7,10 *'
timezone: Europe/Berlin
channel: agent-incidents
agentId: billing-agent
tripwire: cost-rate
scenario: Forty thousand rows are gone.
objectives: [Contained within 30 seconds.]
`,
};

/** What to do to a sound file: a new text, a change of the old one, or null to leave it out. */
export type Edits = Readonly<Record<string, string | null | ((text: string) => string)>>;

/** A folder of its own for one test, sound but for the edits. */
export function aRunbookFolder(edits: Edits = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-runbooks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of new Set([...Object.keys(SOUND), ...Object.keys(edits)])) {
    const text = edited(SOUND[name] ?? '', edits[name]);
    if (text === null) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function edited(text: string, edit: Edits[string] | undefined): string | null {
  if (edit === undefined) return text;
  return typeof edit === 'function' ? edit(text) : edit;
}

/** A change that must find what it changes. */
export function replacing(from: string, to: string): (text: string) => string {
  return (text) => {
    if (!text.includes(from)) throw new Error(`"${from}" is not in the fixture`);
    return text.replace(from, to);
  };
}

/** Every fault of the folder as a responder reads it, without the folder's name. Empty when it is sound. */
export function faultsOf(folder: string): string[] {
  try {
    loadRegistry(folder);
    return [];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(`${folder}/`, ''));
  }
}
