import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { aRunbookFolder, faultsOf, replacing, type Edits } from './runbook-folder.js';

describe('sound runbooks', () => {
  it('become typed data, with budgets in minutes and names taken from the files', () => {
    const registry = loadRegistry(aRunbookFolder());

    expect(registry.actionClasses.get('database-write')).toMatchObject({
      name: 'database-write',
      operator: 'database-operator',
      budgets: [{ id: 'data-restored', covers: 'data restored', minutes: 240 }],
    });
    expect(registry.drills.get('lost-rows')).toMatchObject({ id: 'lost-rows', tripwire: 'cost-rate' });
    expect(registry.roles.get('legal')).toMatchObject({
      name: 'legal',
      userIds: [],
      userGroups: ['legal-team'],
    });
    expect(registry.alertNames.get('AgentSpendRate')).toBe('cost-rate');
    expect(registry.routes.get('unknown')).toEqual({
      roles: ['on-call-sre'],
      acknowledgeWithinMinutes: 5,
      mode: 'page',
    });
    expect(registry.agents.get('billing-agent')?.tools[0]?.blastRadius).toBe('high');
  });

  it('have a digest that is the same for the same bytes in another folder', () => {
    expect(loadRegistry(aRunbookFolder()).hash).toBe(loadRegistry(aRunbookFolder()).hash);
  });

  it.each([
    ['a comment is added', { 'agents.yml': (text: string) => `${text}# reviewed\n` }],
    [
      'one letter of an instruction changes',
      { 'action-classes/database-write.yml': replacing('Put', 'Lay') },
    ],
    [
      'a drill is renamed',
      {
        'drills/lost-rows.yml': null,
        'drills/gone-rows.yml': `title: Lost rows
cron: '0 10 1 1,4,7,10 *'
timezone: Europe/Berlin
channel: agent-incidents
agentId: billing-agent
tripwire: cost-rate
scenario: Forty thousand rows are gone.
objectives: [Contained within 30 seconds.]
`,
      },
    ],
  ] satisfies [string, Edits][])('have another digest when %s', (_, edits) => {
    expect(loadRegistry(aRunbookFolder(edits)).hash).not.toBe(loadRegistry(aRunbookFolder()).hash);
  });

  it('do not need drills, and leave hidden files and notes alone', () => {
    const folder = aRunbookFolder({
      'drills/lost-rows.yml': null,
      'README.md': 'ours',
      '.agents.yml.swp': 'x',
    });

    expect(loadRegistry(folder).drills.size).toBe(0);
  });
});

describe('faulty runbooks', () => {
  it('name five faults in five files at once, each with its place and what to write instead', () => {
    const folder = aRunbookFolder({
      'agents.yml': replacing('blastRadius: high', 'blastRadius: hgih'),
      'roles.yml': replacing('userIds: [U0IC1]', 'userIDs: [U0IC1]'),
      'tripwires.yml': replacing('roles: [operations-queue]', 'roles: [operation-queue]'),
      'action-classes/database-write.yml': replacing('within: 4 h', 'within: four hours'),
      'drills/lost-rows.yml': replacing('Europe/Berlin', 'Europe/Berln'),
    });

    expect(faultsOf(folder)).toEqual([
      'action-classes/database-write.yml:8:57 within: got "four hours"; write a time such as 30 min, 4 h or 7 d',
      'agents.yml:9:22 blastRadius: got "hgih"; write one of low, medium, high (nearest: high)',
      'drills/lost-rows.yml:3:11 timezone: got "Europe/Berln"; write a time zone such as Europe/Berlin or UTC',
      'roles.yml:5:60 "userIDs" is not a key here; write "userIds"',
      'tripwires.yml:6:22 roles: got "operation-queue"; there is no such role; write one of on-call-sre, ' +
        'security-on-call, agent-owner, incident-commander, communications-lead, scribe, legal, ' +
        'operations-queue, database-operator (nearest: operations-queue), or add it to roles.yml',
    ]);
  });

  it('say how many faults there are and in which folder', () => {
    const folder = aRunbookFolder({ 'agents.yml': replacing('high', 'hgih') });

    expect(() => loadRegistry(folder)).toThrow(`The runbooks in ${folder} have 1 fault:`);
  });

  it.each<[string, Edits, string]>([
    [
      'a tool of an action class that has no file',
      { 'agents.yml': replacing('actionClass: database-write', 'actionClass: databse-write') },
      'agents.yml:8:22 actionClass: got "databse-write"; there is no such action class; write one of ' +
        'database-write (nearest: database-write), or add action-classes/databse-write.yml',
    ],
    [
      'an operator that is no role',
      { 'action-classes/database-write.yml': replacing('database-operator', 'dba') },
      'action-classes/database-write.yml:2:11 operator: got "dba"; there is no such role; ',
    ],
    [
      'a consumer that is no agent',
      { 'agents.yml': replacing('kind: system, name: general-ledger', 'kind: agent, name: biling-agent') },
      'agents.yml:11:30 name: got "biling-agent"; there is no such agent; write one of billing-agent ' +
        '(nearest: billing-agent), or add it to agents.yml',
    ],
    [
      'a drill with an agent that does not exist',
      { 'drills/lost-rows.yml': replacing('agentId: billing-agent', 'agentId: payroll') },
      'drills/lost-rows.yml:5:10 agentId: got "payroll"; there is no such agent; write one of billing-agent, ',
    ],
    [
      'a drill with a tripwire that does not exist',
      { 'drills/lost-rows.yml': replacing('tripwire: cost-rate', 'tripwire: cost-rat') },
      'drills/lost-rows.yml:6:11 tripwire: got "cost-rat"; write one of cost-rate, action-rate, outcome, ' +
        'authorisation, silence, enforcement-gap (nearest: cost-rate)',
    ],
    [
      'a drill on the 32nd',
      { 'drills/lost-rows.yml': replacing('0 10 1 1,4', '0 10 32 1,4') },
      'drills/lost-rows.yml:2:7 cron: got "0 10 32 1,4,7,10 *"; write minute, hour, day, month and weekday',
    ],
    [
      'an alert name for an unknown tripwire',
      { 'tripwires.yml': replacing('AgentSpendRate: cost-rate', 'AgentSpendRate: spend') },
      'tripwires.yml:2:19 AgentSpendRate: got "spend"; write one of cost-rate, ',
    ],
    [
      'a route left out',
      {
        'tripwires.yml': replacing('  declared: { roles: [on-call-sre], acknowledgeWithinMinutes: 5 }\n', ''),
      },
      'tripwires.yml:4:3 declared is missing here; write a block of "key: value" lines',
    ],
    [
      'a key left out',
      { 'agents.yml': replacing('        blastRadius: high\n', '') },
      'agents.yml:7:9 blastRadius is missing here; write one of low, medium, high',
    ],
    [
      'a key without a value',
      { 'agents.yml': replacing('title: Billing agent', 'title:') },
      'agents.yml:3:11 title: got nothing; write text',
    ],
    [
      'a misspelt key, once',
      { 'action-classes/database-write.yml': replacing('verification:', 'verificaton:') },
      'action-classes/database-write.yml:15:1 "verificaton" is not a key here; write "verification"',
    ],
    [
      'a key from nowhere, with those there are',
      { 'agents.yml': replacing('    title:', '    colour: blue\n    title:') },
      'agents.yml:3:5 "colour" is not a key here; write one of id, title, owners, vendor, tools, consumers, ' +
        'transactionBearing, actuators, or remove it',
    ],
    [
      'a name in place of a Slack id',
      { 'agents.yml': replacing('[U0OWNER1]', '[U0OWNER1, the-boss]') },
      'agents.yml:4:24 owners[1]: got "the-boss"; write the Slack id of a user (U0OWNER1) or of a user group',
    ],
    [
      'an empty list of owners',
      { 'agents.yml': replacing('[U0OWNER1]', '[]') },
      'agents.yml:4:13 owners: got an empty list; list at least one',
    ],
    [
      'a role that permissions depend on',
      { 'roles.yml': (text) => text.replace(/ {2}scribe.*\n/u, '') },
      'roles.yml:2:3 role scribe is missing; permissions depend on it, so add it',
    ],
    [
      'a role that nobody holds',
      { 'roles.yml': replacing(', userIds: [U0OPS1]', '') },
      'roles.yml:9:3 operations-queue: nobody holds it; list at least one of userIds or userGroups',
    ],
    [
      'an owner written into the wrong file',
      { 'roles.yml': replacing('was meant. }', 'was meant., userIds: [U0OWNER1] }') },
      'roles.yml:4:3 agent-owner: its members come from agents.yml; write them there under owners',
    ],
    [
      'two agents with one id',
      { 'agents.yml': (text) => text + text.split('\n').slice(1).join('\n') },
      'agents.yml:13:9 id: "billing-agent" is taken in line 2; write another id here',
    ],
    [
      'a substitute step named like a step',
      { 'action-classes/database-write.yml': replacing('rebuild-rows', 'restore-rows') },
      'action-classes/database-write.yml:12:11 id: "restore-rows" is taken in line 4; write another id here',
    ],
    [
      'a key written twice',
      { 'agents.yml': replacing('    owners:', '    title: Again\n    owners:') },
      'agents.yml:4:5 "title" is written twice in the same block; keep one of them',
    ],
    [
      'a colon in unquoted text',
      {
        'action-classes/database-write.yml': replacing('Put the rows back.', 'Do this: put them back.'),
      },
      'action-classes/database-write.yml:5:18 YAML: a second ": " in one line; put the text in quotes',
    ],
    [
      'a tab',
      { 'agents.yml': replacing('    title', '\ttitle') },
      'agents.yml:3:1 YAML: indented with a tab; indent with spaces',
    ],
    [
      'an alias without its anchor',
      { 'agents.yml': replacing('Billing agent', '*nothing') },
      'agents.yml: cannot be read (',
    ],
    [
      'an empty file',
      { 'agents.yml': '' },
      'agents.yml:1:1 got nothing; write a block of "key: value" lines',
    ],
    ['a missing file', { 'roles.yml': null }, 'roles.yml: is missing; copy the one that ships with Haltline'],
    [
      'a file of the wrong name, once',
      { 'roles.yml': null, 'role.yml': 'roles: {}' },
      'role.yml: is not read; rename it to roles.yml, or remove it',
    ],
    [
      'a file ending that would be overlooked',
      { 'action-classes/code.yaml': 'title: Code' },
      'action-classes/code.yaml: is not read; rename it so that it ends in .yml',
    ],
    [
      'a file name that is no name for an action class',
      { 'action-classes/Data Disclosure.yml': 'title: Data disclosure' },
      'action-classes/Data Disclosure.yml: name the file in kebab-case, like database-write.yml',
    ],
  ])('point at %s', (_, edits, expected) => {
    expect(faultsOf(aRunbookFolder(edits))).toContainEqual(expect.stringContaining(expected));
  });

  it('count a misspelt key and a misspelt file name as one mistake each', () => {
    const folder = aRunbookFolder({
      'action-classes/database-write.yml': replacing('operator:', 'operater:'),
      'tripwires.yml': null,
      'tripwire.yml': 'routes: {}',
    });

    expect(faultsOf(folder)).toHaveLength(2);
  });

  it('do not blame other files for names in a file that cannot be parsed', () => {
    const folder = aRunbookFolder({ 'roles.yml': 'roles: [' });

    expect(faultsOf(folder)).toEqual([expect.stringMatching(/^roles\.yml:\d+:\d+ YAML: /u)]);
  });

  it('say where a folder was expected when there is none', () => {
    expect(() => loadRegistry('/nowhere/runbooks')).toThrow(
      '/nowhere/runbooks: is not a folder that can be read; set HALTLINE_RUNBOOKS to where agents.yml lies',
    );
  });

  it('ask for an action class when there is none', () => {
    const folder = aRunbookFolder({ 'action-classes/database-write.yml': null });

    expect(faultsOf(folder)).toEqual(['action-classes: holds no .yml file; every action class needs one']);
  });

  it('refuse bytes that are not UTF-8', () => {
    const folder = aRunbookFolder();
    writeFileSync(join(folder, 'agents.yml'), Uint8Array.of(0x61, 0x3a, 0x20, 0xff));

    expect(faultsOf(folder)).toEqual(['agents.yml: is not UTF-8 text; save it as UTF-8']);
  });
});
