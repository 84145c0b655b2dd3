import { describe, expect, it } from 'vitest';
import { aToken, openHttpDesk, type HttpDesk } from '../support/http-desk.js';

describe('a token', () => {
  it('is shown once, stored as a digest, and says what it is for', async () => {
    const desk = await openHttpDesk();

    const made = await desk.post('/v1/tokens', { name: 'Alertmanager', scopes: ['alerts'] });
    const { token } = made.json<{ token: string }>();

    expect(made.statusCode).toBe(201);
    expect(token).toMatch(/^hlt_alerts_[A-Za-z0-9_-]{43}$/);
    const list = await desk.get('/v1/tokens');
    expect(list.json()).toMatchObject({ tokens: [{ name: 'Alertmanager', scopes: ['alerts'], roles: [] }] });
    expect(list.body).not.toMatch(/hash|hlt_/);
    expect(JSON.stringify(await desk.deps.store.tokens())).not.toContain(token);
  });

  it('is worth nothing once revoked', async () => {
    const desk = await openHttpDesk();
    const token = await aToken(desk, { scopes: ['read'] });
    const [{ id } = { id: '' }] = await desk.deps.store.tokens();

    const before = await desk.get('/v1/incidents', token);
    const revoked = await desk.ask({ method: 'DELETE', url: `/v1/tokens/${id}` });
    const after = await desk.get('/v1/incidents', token);
    const twice = await desk.ask({ method: 'DELETE', url: `/v1/tokens/${id}` });

    expect([before, revoked, after, twice].map(({ statusCode }) => statusCode)).toEqual([200, 204, 401, 404]);
  });

  it('that may operate may also read and post alerts, but a reader may make no tokens', async () => {
    const desk = await openHttpDesk();
    const operator = await aToken(desk, { scopes: ['operate'], roles: ['scribe'] });
    const reader = await aToken(desk, { scopes: ['read'] });

    const read = await desk.get('/v1/incidents', operator);
    const post = await desk.post('/v1/alerts/generic', { alerts: [] }, operator);
    const make = await desk.post('/v1/tokens', { name: 'x', scopes: ['operate'] }, reader);

    expect([read, post, make].map(({ statusCode }) => statusCode)).toEqual([200, 200, 403]);
  });

  it('cannot pass on a role that it does not hold, nor make a second person of itself', async () => {
    const desk = await openHttpDesk();
    const scribe = await aToken(desk, { scopes: ['operate'], roles: ['scribe'], person: 'U0SRE1' });
    const body = { name: 'x', scopes: ['operate'] };

    const role = await desk.post('/v1/tokens', { ...body, roles: ['incident-commander'] }, scribe);
    const other = await desk.post('/v1/tokens', { ...body, person: 'U0SRE2' }, scribe);
    const self = await desk.post('/v1/tokens', { ...body, person: 'U0SRE1' }, scribe);

    expect([role, other, self].map(({ statusCode }) => statusCode)).toEqual([403, 403, 201]);
  });

  it.each([
    [{ name: 'x', scopes: [] }, '#/scopes/0'],
    [{ name: 'x', scopes: ['root'] }, '#/scopes/0'],
    [{ name: '', scopes: ['read'] }, '#/name'],
    [{ name: 'x', scopes: ['operate'], person: 'somebody' }, '#/person'],
  ])('is not made from %o', async (body, pointer) => {
    const desk = await openHttpDesk();

    const answer = await desk.post('/v1/tokens', body);

    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer }] });
  });

  it.each([
    [{ scopes: ['operate'], roles: ['emperor'] }, 403],
    [{ scopes: ['guard'], roles: ['scribe'] }, 400],
    [{ scopes: ['guard'], agentId: 'nobody' }, 400],
    [{ scopes: ['guard'], agentId: 'billing-agent' }, 201],
  ])('binds only to what exists: %o', async (change, status) => {
    const desk = await openHttpDesk();

    const answer = await desk.post('/v1/tokens', { name: 'x', ...change });

    expect(answer.statusCode).toBe(status);
  });
});

describe('a token of an agent’s owner', () => {
  const halt = (desk: HttpDesk, token: string, scope: string) =>
    desk.post('/v1/halts', { scope, reason: 'too many refunds' }, token);

  it.each([
    ['is that person’s: it halts what they own, and nothing of others', { person: 'U0OWNER1' }],
    ['is for the agent it is bound to', { agentId: 'billing-agent' }],
  ])('%s', async (_, whose) => {
    const desk = await openHttpDesk();
    const token = await aToken(desk, { scopes: ['operate'], roles: ['agent-owner'], ...whose });

    const own = await halt(desk, token, 'agent:billing-agent');
    const foreign = await halt(desk, token, 'agent:support-agent');
    const lift = await desk.post('/v1/halts/H-1/lift', { action: 'request', reason: 'x' }, token);

    expect([own.statusCode, foreign.statusCode]).toEqual([201, 403]);
    expect(foreign.json<{ detail: string }>().detail).toMatch(
      /acts as agent-owner \(owner of billing-agent\)/,
    );
    expect(lift.statusCode).toBe('person' in whose ? 200 : 403);
  });

  it('asks for the lift of no other agent’s halt', async () => {
    const desk = await openHttpDesk();
    const owner = await aToken(desk, { scopes: ['operate'], roles: ['agent-owner'], person: 'U0OWNER1' });
    await desk.post('/v1/halts', { scope: 'agent:support-agent', reason: 'x' });

    const lift = await desk.post('/v1/halts/H-1/lift', { action: 'request', reason: 'x' }, owner);

    expect(lift.statusCode).toBe(403);
  });
});

it('what a person orders with a token is theirs, and says so', async () => {
  const desk = await openHttpDesk();
  const token = await aToken(desk, { scopes: ['operate'], roles: ['on-call-sre'], person: 'U0SRE1' });

  await desk.post('/v1/halts', { scope: 'all', reason: 'x' }, token);

  expect(desk.deps.plane.current().halts).toMatchObject([{ orderedBy: 'U0SRE1' }]);
});

it('a person who has a role, with a token that has none, is told which to make', async () => {
  const desk = await openHttpDesk();
  const token = await aToken(desk, { scopes: ['operate'], person: 'U0SRE1' });

  const refused = await desk.post('/v1/halts', { scope: 'all', reason: 'x' }, token);

  expect(refused.json<{ detail: string }>().detail).toMatch(
    /This token acts in none: use one made with `--role`/,
  );
});
