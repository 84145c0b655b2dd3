import { describe, expect, it } from 'vitest';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { aRunbookFolder, faultsOf, replacing } from './runbook-folder.js';

const BLOCK = `    transactionBearing: true
    actuators:
      - name: vendor-switch
        kind: webhook
        url: https://vendor.example/halt
        secretEnv: HALTLINE_ACTUATOR_VENDOR
        releasable: true
`;

/** Runbooks with one switch, and a change of its block. */
function withSwitch(from = '', to = ''): string {
  const block = replacing(from, to)(BLOCK);
  return aRunbookFolder({ 'agents.yml': replacing('    transactionBearing: true\n', block) });
}

describe('an actuator in agents.yml', () => {
  it('stops the whole agent when it is ordered to stop, where nothing else is written', () => {
    const [actuator] = loadRegistry(withSwitch()).agents.get('billing-agent')?.actuators ?? [];

    expect(actuator).toEqual({
      name: 'vendor-switch',
      kind: 'webhook',
      url: 'https://vendor.example/halt',
      secretEnv: 'HALTLINE_ACTUATOR_VENDOR',
      modes: ['deny'],
      releasable: true,
    });
  });

  it('may name what it stops, by tool and by action class', () => {
    const folder = withSwitch(
      '        releasable: true',
      '        releasable: false\n        stops: { tools: [db.orders.write] }\n        slaSeconds: 20',
    );

    expect(loadRegistry(folder).agents.get('billing-agent')?.actuators).toMatchObject([
      { stops: { tools: ['db.orders.write'], actionClasses: [] }, slaSeconds: 20, releasable: false },
    ]);
  });

  it('says "agent" for the whole agent, as well as nothing', () => {
    const folder = withSwitch('        releasable', '        stops: agent\n        releasable');

    expect(loadRegistry(folder).agents.get('billing-agent')?.actuators[0]?.stops).toBeUndefined();
  });

  it('is not needed', () => {
    expect(loadRegistry(aRunbookFolder()).agents.get('billing-agent')?.actuators).toEqual([]);
  });

  it.each([
    [
      'an address in the clear',
      ['https://vendor.example', 'http://vendor.example'],
      'agents.yml:16:14 url: got "http://vendor.example/halt"; write an https address without user and password',
    ],
    [
      'a password in the address',
      ['https://', 'https://me:secret@'],
      'agents.yml:16:14 url: got "https://…@vendor.example/halt"; write an https address without user',
    ],
    [
      'no address',
      ['https://vendor.example/halt', 'vendor'],
      'agents.yml:16:14 url: got "vendor"; write an https address',
    ],
    [
      'the secret itself in place of its name',
      ['HALTLINE_ACTUATOR_VENDOR', 'whsec_c2VjcmV0'],
      'agents.yml:17:20 secretEnv: got a secret, which must not stand here; write the name of an environment variable that begins with',
    ],
    [
      'an unknown kind',
      ['kind: webhook', 'kind: pigeon'],
      'agents.yml:15:15 kind: got "pigeon"; write one of webhook',
    ],
    [
      'a misspelt key',
      ['secretEnv', 'secretEnvironment'],
      'agents.yml:17:9 "secretEnvironment" is not a key here; write one of name, kind, url, statusUrl, secretEnv, ',
    ],
    [
      'whether it can be released left out',
      ['        releasable: true\n', ''],
      'agents.yml:14:9 releasable is missing here; write true or false',
    ],
    [
      'a tool that the agent does not have',
      ['        releasable', '        stops: { tools: [db.order.write] }\n        releasable'],
      'agents.yml:18:26 tools: got "db.order.write"; there is no such tool of this agent; write one of db.orders.write',
    ],
    [
      'an action class that there is not',
      ['        releasable', '        stops: { actionClasses: [db-write] }\n        releasable'],
      'agents.yml:18:34 actionClasses: got "db-write"; there is no such action class; write one of database-write',
    ],
    [
      'a misspelt part',
      ['        releasable', '        stops: { tool: [db.orders.write] }\n        releasable'],
      'agents.yml:18:18 "tool" is not a key here; write "tools"',
    ],
    [
      'nothing that it stops',
      ['        releasable', '        stops: { tools: [] }\n        releasable'],
      'agents.yml:18:16 stops: got a block of keys; list at least one of tools or actionClasses, or write agent',
    ],
    [
      'a mode that there is not',
      ['        releasable', '        modes: [stop]\n        releasable'],
      'agents.yml:18:17 modes[0]: got "stop"; write one of deny, hold, degraded',
    ],
  ] as const)('is refused with %s', (_, [from, to], fault) => {
    expect(faultsOf(withSwitch(from, to))).toContainEqual(expect.stringContaining(fault));
  });

  it('is refused under a name that another of the agent has', () => {
    const twice = `${BLOCK}${BLOCK.split('\n').slice(2).join('\n')}`;
    const folder = aRunbookFolder({ 'agents.yml': replacing('    transactionBearing: true\n', twice) });

    expect(faultsOf(folder)).toEqual([
      'agents.yml:19:15 name: "vendor-switch" is taken in line 14; write another name here',
    ]);
  });

  it('may be reached in the clear within this machine', () => {
    expect(faultsOf(withSwitch('https://vendor.example', 'http://127.0.0.1:9000'))).toEqual([]);
    expect(faultsOf(withSwitch('https://vendor.example', 'http://localhost:9000'))).toEqual([]);
    expect(faultsOf(withSwitch('https://vendor.example', 'http://127.0.0.1.vendor.example'))).toHaveLength(1);
  });
});
