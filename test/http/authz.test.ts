import { describe, expect, it } from 'vitest';
import { aGateway, withGateways } from '../support/gateways.js';
import { openHaltDesk } from '../support/halting.js';
import { OPERATOR } from '../support/halting.js';
import { orderHalt, type OrderHalt } from '../../src/operations/halting/order-halt.js';
import type { Deps } from '../../src/operations/deps.js';

const ANY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

function order(deps: Deps, change: Partial<OrderHalt>): ReturnType<typeof orderHalt> {
  const actor = { ...OPERATOR, roles: [...OPERATOR.roles] };
  const all = { scope: { kind: 'all' as const }, mode: 'deny' as const, reason: 'it spends too much' };
  return orderHalt(deps, { ...all, incident: null, originChannel: null, actor, ...change });
}

describe('ANY /v1/authz', () => {
  it.each(ANY_METHOD)(
    'lets %s pass with exactly 200 and an empty body while nothing is halted',
    async (method) => {
      const desk = await openHaltDesk();
      const { ask } = await aGateway(desk);

      const answer = await ask({
        method,
        headers: { 'x-halt-agent': 'billing-agent' },
        body: 'x'.repeat(5_000),
      });

      expect(answer).toMatchObject({ status: 200, body: '' });
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-halt-epoch': '0' });
    },
  );

  it.each(ANY_METHOD)(
    'refuses %s from the moment the order is published, and says which order',
    async (method) => {
      const desk = await openHaltDesk();
      const { ask } = await aGateway(desk);
      await desk.order();

      const answer = await ask({ method, headers: { 'x-agent-id': 'billing-agent' } });

      expect(answer.status).toBe(403);
      expect(answer.headers).toMatchObject({
        'x-halt-epoch': '1',
        'x-halt-id': 'H-1',
        'x-halt-reason': 'it spends too much',
        'cache-control': 'no-store',
      });
    },
  );

  it('lets requests pass again once the order is lifted', async () => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await desk.order({ kind: 'agent', agentId: 'billing-agent' });
    const before = await about('billing-agent');

    desk.deps.plane.publish({ epoch: 2, halts: [] });

    expect([before.status, (await about('billing-agent')).status]).toEqual([403, 200]);
  });

  it.each([
    ['its agent', { kind: 'agent', agentId: 'billing-agent' }, 403],
    ['another agent', { kind: 'agent', agentId: 'support-agent' }, 200],
    ['its tool', { kind: 'tool', tool: 'stripe.refund' }, 403],
    ['its tool within another agent', { kind: 'tool', tool: 'stripe.refund', agentId: 'support-agent' }, 200],
    ['another tool', { kind: 'tool', tool: 'stripe.invoice' }, 200],
    ['the class of its tool', { kind: 'class', actionClass: 'external-api-call' }, 403],
    ['another class', { kind: 'class', actionClass: 'database-write' }, 200],
    ['this very action', { kind: 'action', actionId: 'a-1' }, 403],
    ['another action', { kind: 'action', actionId: 'a-2' }, 200],
  ] as const)('answers for an order on %s', async (_, scope, status) => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await desk.order(scope);

    const answer = await about('billing-agent', 'stripe.refund', { 'x-halt-action': 'a-1' });

    expect(answer.status).toBe(status);
  });

  it('lets reads pass in degraded mode, and nothing else', async () => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await order(desk.deps, { mode: 'degraded' });

    const read = await about('billing-agent', 'stripe.refund', { 'x-halt-read-only': 'true' });
    const write = await about('billing-agent', 'stripe.refund');

    expect([read.status, write.status]).toEqual([200, 403]);
  });

  it('refuses what is to be held, says that nothing waits, and what lets such requests pass again', async () => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await order(desk.deps, { mode: 'hold' });

    const answer = await about('billing-agent', 'stripe.refund');

    expect(answer.status).toBe(403);
    expect(answer.headers['x-halt-mode']).toBe('hold');
    expect(answer.headers['x-halt-reason']).toMatch(
      /^quarantine H-1: held for a person\. .+ refused, and nothing waits\. .+ once H-1 is lifted \(\/halt lift H-1, or haltline lift H-1\)/,
    );
  });

  it('denies nothing for a rehearsal', async () => {
    const desk = await openHaltDesk();
    const { about, ask } = await aGateway(desk);
    const { halts } = { halts: [{ ...aRehearsal(desk.deps.now()) }] };
    desk.deps.plane.publish({ epoch: 1, halts });

    expect([(await about('billing-agent')).status, (await ask()).status]).toEqual([200, 200]);
  });

  it('writes a reason that no header could carry so that one can', async () => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await order(desk.deps, { reason: `Überweisung 💸\r\nX-Evil: 1 ${'x'.repeat(500)}` });

    const { headers, status, body } = await about('billing-agent');

    expect(status).toBe(403);
    expect(headers['x-halt-reason']).toMatch(/^Uberweisung \? X-Evil: 1 x+\.\.\.$/);
    expect(headers['x-evil']).toBeUndefined();
    expect(body).toContain('Überweisung');
  });
});

describe('pitfall 17: a name that is missing, unknown or contradicted is treated as any agent', () => {
  const elsewhere = { kind: 'agent', agentId: 'catalogue-agent' } as const;

  it.each([
    ['no name', {}],
    ['a name that nobody has', { 'x-halt-agent': 'biling-agent' }],
    ['two names', { 'x-halt-agent': 'billing-agent', 'x-agent-id': 'support-agent' }],
    ['one name twice', { 'x-halt-agent': ['billing-agent', 'support-agent'] }],
  ])('with %s any order at all denies', async (_, headers) => {
    const desk = await openHaltDesk();
    const { ask } = await aGateway(desk);
    const before = await ask({ headers });

    await desk.order(elsewhere);

    expect([before.status, (await ask({ headers })).status]).toEqual([200, 403]);
  });

  it('with a token bound to another agent any order at all denies', async () => {
    const desk = await openHaltDesk();
    const { about, ask } = await aGateway(desk, { agentId: 'billing-agent' });
    await desk.order(elsewhere);

    const honest = await ask();
    const spoofed = await about('support-agent');

    expect([honest.status, spoofed.status]).toEqual([200, 403]);
  });
});

describe('pitfall 16: an order on a tool that nobody declared works', () => {
  it('stops requests that name the tool, and those of which nobody knows the tool', async () => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await order(desk.deps, { scope: { kind: 'tool', tool: 'shell.exec' } });

    const named = await about('billing-agent', 'shell.exec');
    const unnamed = await about('billing-agent');
    const strange = await about('billing-agent', 'shell.run');
    const declared = await about('billing-agent', 'stripe.refund');

    expect([named, unnamed, strange, declared].map(({ status }) => status)).toEqual([403, 403, 403, 200]);
  });

  it('an order on a class stops tools of which nobody knows the class', async () => {
    const desk = await openHaltDesk();
    const { about } = await aGateway(desk);
    await order(desk.deps, { scope: { kind: 'class', actionClass: 'database-write' } });

    expect((await about('billing-agent', 'shell.exec')).status).toBe(403);
  });
});

describe('addresses', () => {
  const routes = [
    { path: '/v1/refunds/**', methods: ['POST'], tool: 'stripe.refund', readOnly: false },
    { path: '/v1/refunds/*', methods: ['GET'], tool: 'stripe.refund', readOnly: true },
    { path: '/v1/invoices', methods: [], tool: 'stripe.invoice', readOnly: false },
  ];
  const forms = (uri: string, method: string): [string, object][] => [
    ['nginx', { headers: { 'x-original-uri': uri, 'x-original-method': method } }],
    ['Traefik and Caddy', { headers: { 'x-forwarded-uri': uri, 'x-forwarded-method': method } }],
    ['Envoy', { path: `/v1/authz${uri}`, method }],
  ];

  it.each(forms('/v1/refunds/re_1?expand=1', 'POST'))(
    'say which tool is meant, as %s passes them on',
    async (_, form) => {
      const desk = await openHaltDesk({ registry: withGateways({ routes, agents: ['billing-agent'] }) });
      const { ask } = await aGateway(desk, { agentId: 'billing-agent' });
      await desk.order({ kind: 'tool', tool: 'stripe.invoice' });
      const other = await ask(form);
      await desk.order({ kind: 'tool', tool: 'stripe.refund' });

      expect([other.status, (await ask(form)).status]).toEqual([200, 403]);
    },
  );

  it.each(['/v1/%69nvoices', '//v1/invoices/', 'https://api.example.com/v1/invoices#x'])(
    'find their route as %s',
    async (uri) => {
      const desk = await openHaltDesk({ registry: withGateways({ routes }) });
      const { ask } = await aGateway(desk, { agentId: 'billing-agent' });
      await desk.order({ kind: 'tool', tool: 'stripe.refund' });

      expect((await ask({ headers: { 'x-original-uri': uri } })).status).toBe(200);
    },
  );

  it.each([
    '/v1/../v1/invoices',
    '/v1/invoices;a=b',
    '/v1%2finvoices',
    '/v1/%2569nvoices',
    '/v1/invoices/x',
    '/%zz',
  ])('that could mean something else, as %s, are stopped by an order on any tool', async (uri) => {
    const desk = await openHaltDesk({ registry: withGateways({ routes }) });
    const { ask } = await aGateway(desk, { agentId: 'billing-agent' });
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });

    expect((await ask({ headers: { 'x-original-uri': uri } })).status).toBe(403);
  });

  it('that contradict each other mean nothing', async () => {
    const desk = await openHaltDesk({ registry: withGateways({ routes }) });
    const { ask } = await aGateway(desk, { agentId: 'billing-agent' });
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });

    const forged = { 'x-original-uri': '/v1/invoices', 'x-forwarded-uri': '/v1/refunds/re_1' };

    expect((await ask({ headers: forged })).status).toBe(403);
  });
});

function aRehearsal(at: string) {
  const scope = { kind: 'all' as const };
  return {
    id: 'H-1',
    scope,
    mode: 'deny' as const,
    reason: 'rehearsal',
    orderedBy: 'tok_ops',
    at,
    drill: true as const,
  };
}
