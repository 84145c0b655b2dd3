import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { BOOTSTRAP, openHttpDesk, type HttpDesk } from '../support/http-desk.js';

const JSON_BODY = { 'content-type': 'application/json' };
const URL = '/v1/alerts/generic';

const listen = async ({ server }: HttpDesk): Promise<number> => {
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
};

describe('a request that is wrong', () => {
  it.each([
    ['an address that does not exist', { method: 'GET', url: '/v1/nothing' }, 404],
    ['a method that the address does not have', { method: 'DELETE', url: '/v1/incidents/INC-1' }, 405],
    ['a body that is not JSON', { method: 'POST', url: URL, payload: '{"alerts":', headers: JSON_BODY }, 400],
    ['an empty body', { method: 'POST', url: URL, payload: '', headers: JSON_BODY }, 400],
    [
      'a body that would change objects it has no business with',
      { method: 'POST', url: URL, payload: '{"__proto__":{"a":1}}', headers: JSON_BODY },
      400,
    ],
    [
      'text where JSON is needed',
      { method: 'POST', url: URL, payload: 'hello', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    [
      'a form where JSON is needed',
      {
        method: 'POST',
        url: URL,
        payload: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
    ],
    ['an address that cannot be decoded', { method: 'GET', url: '/v1/incidents/%zz' }, 400],
    ['an incident that does not exist', { method: 'GET', url: '/v1/incidents/INC-99' }, 404],
    ['a name that is no incident', { method: 'GET', url: '/v1/incidents/..%2f..%2fetc' }, 404],
    ['a query that does not exist', { method: 'GET', url: '/v1/incidents?opne=true' }, 400],
  ] as const)('is answered as a problem: %s', async (_what, request, status) => {
    const desk = await openHttpDesk();

    const answer = await desk.ask(request);

    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      status,
      title: expect.stringMatching(/./),
      detail: expect.stringMatching(/./),
      reference: answer.headers['x-request-id'],
    });
  });

  it('hears which methods an address has', async () => {
    const desk = await openHttpDesk();

    const answer = await desk.ask({ method: 'PUT', url: '/v1/tokens?x=1' });

    expect(answer.headers['allow']).toBe('GET, HEAD, POST');
  });

  it('hears the reason for a body of 10 MB also over a real socket, and the door stays open', async () => {
    const desk = await openHttpDesk();
    const address = `http://127.0.0.1:${await listen(desk)}${URL}`;
    const body = JSON.stringify({ alerts: [], padding: 'x'.repeat(10_000_000) });
    const headers = { ...JSON_BODY, authorization: `Bearer ${BOOTSTRAP}` };

    const large = await fetch(address, { method: 'POST', headers, body });
    const streamed = await fetch(address, {
      method: 'POST',
      headers,
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    const stranger = await fetch(address, { method: 'POST', headers: JSON_BODY, body });
    const next = await fetch(address, { method: 'POST', headers, body: '{"alerts":[]}' });

    expect([large, streamed, stranger, next].map(({ status }) => status)).toEqual([413, 413, 401, 200]);
    expect(await large.json()).toMatchObject({ detail: expect.stringContaining('1 MiB') });
  });

  it('is answered as a problem even where it is not HTTP', async () => {
    const desk = await openHttpDesk();
    const socket = connect(await listen(desk), '127.0.0.1');

    socket.write('GARBAGE\r\n\r\n');
    const answer = await text(socket);

    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(answer).toContain('application/problem+json');
  });
});

describe('a failure on our side', () => {
  it('says nothing of its cause but a reference, which the log has too', async () => {
    const desk = await openHttpDesk();
    const store = { ...desk.deps.store, incidents: () => Promise.reject(new Error('the secret cause')) };
    const broken = await openHttpDesk({ http: { deps: { ...desk.deps, store } } });

    const answer = await broken.get('/v1/incidents');

    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret cause');
    expect(answer.json()).toMatchObject({ reference: answer.headers['x-request-id'] });
    expect(broken.doorLog).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'request failed' }),
    );
  });
});

describe('an address that tries tokens', () => {
  it('is told to wait after some, while whoever has a token still gets in', async () => {
    const limits = { ...DEFAULT_LIMITS, failedAuth: { burst: 2, perSecond: 0.1 } };
    const desk = await openHttpDesk({ http: { limits } });
    await desk.get('/v1/incidents', 'wrong');
    await desk.get('/v1/incidents', null);

    const third = await desk.get('/v1/incidents', 'wrong');
    const rightful = await desk.get('/v1/incidents');

    expect([third.statusCode, rightful.statusCode]).toEqual([429, 200]);
    expect(third.headers['retry-after']).toBe('10');
  });
});

describe('health', () => {
  it('is told by the process, without a token', async () => {
    const desk = await openHttpDesk();

    const answer = await desk.get('/healthz', null);

    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is not ready while Slack is deaf or the store cannot be written, and names the part', async () => {
    const readiness = () => Promise.resolve({ ready: false, parts: { slack: 'no socket for 40 s' } });
    const deaf = await openHttpDesk({ http: { readiness } });
    const desk = await openHttpDesk();
    const store = { ...desk.deps.store, transact: () => Promise.reject(new Error('disk full')) };
    const full = await openHttpDesk({ http: { deps: { ...desk.deps, store } } });

    const [ready, withoutSlack, withoutDisk] = await Promise.all(
      [desk, deaf, full].map((each) => each.get('/readyz', null)),
    );

    expect([ready?.statusCode, ready?.json()]).toEqual([
      200,
      { ready: true, parts: { store: 'ok', slack: 'ok' } },
    ]);
    expect([withoutSlack?.statusCode, withoutSlack?.json()]).toMatchObject([
      503,
      { parts: { slack: 'no socket for 40 s' } },
    ]);
    expect([withoutDisk?.statusCode, withoutDisk?.json()]).toMatchObject([
      503,
      { parts: { store: 'cannot be written' } },
    ]);
  });
});
