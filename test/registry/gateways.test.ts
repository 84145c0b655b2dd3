import { describe, expect, it } from 'vitest';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { aRunbookFolder, faultsOf } from './runbook-folder.js';

const SOUND = `gateways:
  - name: edge
    agents: [billing-agent]
    maxRequestSeconds: 30
    routes:
      - { path: /v1/orders/*, methods: [POST], tool: db.orders.write }
      - { path: /v1/**, agent: billing-agent, class: database-write, readOnly: true }
`;
const faulty = (from: string, to: string): string[] =>
  faultsOf(aRunbookFolder({ 'gateways.yml': SOUND.replace(from, to) }));

describe('gateways.yml', () => {
  it('says which agents are behind which gateway, and what addresses mean', () => {
    const { gateways } = loadRegistry(aRunbookFolder({ 'gateways.yml': SOUND }));

    expect(gateways.get('edge')).toMatchObject({
      agents: ['billing-agent'],
      maxRequestSeconds: 30,
      routes: [
        { path: '/v1/orders/*', methods: ['POST'], tool: 'db.orders.write', readOnly: false },
        { path: '/v1/**', methods: [], agent: 'billing-agent', readOnly: true },
      ],
    });
  });

  it('may be missing', () => {
    expect(loadRegistry(aRunbookFolder()).gateways.size).toBe(0);
  });

  it.each([
    [
      'agents: [billing-agent]',
      'agents: [biling-agent]',
      '3:14 agents: got "biling-agent"; there is no such agent',
    ],
    [
      'class: database-write',
      'class: databse-write',
      '7:54 class: got "databse-write"; there is no such action class',
    ],
    ['path: /v1/orders/*', 'path: v1/orders', '6:17 path: got "v1/orders"; write a path from its /'],
    [
      'path: /v1/orders/*',
      'path: /v1/%6frders',
      '6:17 path: got "/v1/%6frders"; write a path from its /, decoded',
    ],
    ['methods: [POST]', 'methods: [post]', '6:41 methods[0]: got "post"; write one of GET, HEAD, POST'],
    ['readOnly: true', 'readonly: true', '7:70 "readonly" is not a key here; write "readOnly"'],
    ['maxRequestSeconds: 30', 'maxRequestSeconds: 0', '4:24 maxRequestSeconds: got 0;'],
  ])('with "%s" as "%s" is refused with its place', (from, to, fault) => {
    expect(faulty(from, to).join('\n')).toContain(`gateways.yml:${fault}`);
  });

  it('names each gateway once', () => {
    expect(faulty('  - name: edge', '  - name: edge\n  - name: edge')).toEqual([
      'gateways.yml:3:11 name: "edge" is taken in line 2; write another name here',
    ]);
  });

  it('is not read under another name', () => {
    expect(faultsOf(aRunbookFolder({ 'gateway.yml': SOUND }))).toEqual([
      'gateway.yml: is not read; rename it to gateways.yml, or remove it',
    ]);
  });
});
