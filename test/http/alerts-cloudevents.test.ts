import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { BOOTSTRAP, openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { fixture, sender, type Post } from '../support/posts.js';

const PATH = '/v1/alerts/cloudevents';
const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };
const TOKEN = { authorization: `Bearer ${BOOTSTRAP}` };

async function opened(): Promise<{ desk: HttpDesk; post: Post }> {
  const desk = await openHttpDesk();
  const post = await sender(desk);
  return { desk, post: (path, body, headers) => post(path, body, { ...TOKEN, ...headers }) };
}

const REFUND = {
  type: 'com.example.agent.refund.unreviewed',
  source: '/agents/billing',
  id: 'A234-1234-1234',
  time: '2026-11-20T03:10:00.000Z',
  data: {
    title: 'A refund was sent',
    agent: 'billing-agent',
    tool: 'stripe.refund',
    actionAt: '2026-11-20T03:09:00Z',
  },
};

describe('an event of the project’s own SDK', () => {
  it.each(['binary', 'structured'] as const)('is read in %s mode', async (mode) => {
    const { desk, post } = await opened();
    const { headers, body } = HTTP[mode](new CloudEvent(REFUND));

    const answer = await post(PATH, String(body), headers as Record<string, string>);

    expect(answer.status).toBe(200);
    expect(answer.json.outcomes).toMatchObject([{ outcome: 'opened', incident: 'INC-1' }]);
    expect((await desk.get('/v1/incidents/INC-1')).json()).toMatchObject({
      agentId: 'billing-agent',
      chain: { action: { at: '2026-11-20T03:09:00.000Z' }, trigger: { at: '2026-11-20T03:10:00.000Z' } },
    });
    expect(await desk.deps.store.alert('cloudevents:/agents/billing A234-1234-1234')).toBeDefined();
  });

  it('is the same event in either mode, and heard once', async () => {
    const { post } = await opened();
    const [binary, structured] = [
      HTTP.binary(new CloudEvent(REFUND)),
      HTTP.structured(new CloudEvent(REFUND)),
    ];
    await post(PATH, String(binary.body), binary.headers as Record<string, string>);

    const again = await post(PATH, String(structured.body), structured.headers as Record<string, string>);

    expect([again.status, again.json.post]).toEqual([200, 'duplicate']);
  });
});

it('reads a batch, each event by itself, and one without a time as begun when it came', async () => {
  const { desk, post } = await opened();

  const answer = await post(PATH, fixture('cloudevents/batch'), BATCH);

  expect(answer.json.outcomes?.map(({ outcome }) => outcome)).toEqual(['opened', 'ignored', 'opened']);
  expect(answer.json.notes).toMatchObject([{ note: expect.stringContaining('when it reached us') }]);
  expect((await desk.get('/v1/incidents/INC-2')).json()).toMatchObject({
    chain: { trigger: { at: desk.clock.now() } },
  });
});

it('ends an alert by the identity that its data has', async () => {
  const { post } = await opened();
  const event = (id: string, status: string) =>
    JSON.stringify({ ...REFUND, specversion: '1.0', id, data: { ...REFUND.data, id: 'refunds', status } });
  await post(PATH, event('1', 'firing'), STRUCTURED);

  const ended = await post(PATH, event('2', 'resolved'), STRUCTURED);

  expect(ended.json.outcomes).toMatchObject([{ outcome: 'resolved', incident: 'INC-1' }]);
});

it('reads data in base64', async () => {
  const { post } = await opened();
  const { data, ...attributes } = REFUND;
  const data_base64 = Buffer.from(JSON.stringify(data)).toString('base64');
  const event = { ...attributes, specversion: '1.0', datacontenttype: 'application/json', data_base64 };

  const answer = await post(PATH, JSON.stringify(event), STRUCTURED);

  expect(answer.json.outcomes).toMatchObject([{ outcome: 'opened', note: null }]);
});

describe('an event in headers', () => {
  const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/a', 'ce-type': 'x.y' };
  const body = JSON.stringify(REFUND.data);

  it('has them decoded once, quotation marks taken off', async () => {
    const { desk, post } = await opened();

    await post(PATH, '{}', { ...headers, 'ce-id': 'a%20%E2%82%AC%2520', 'ce-source': '"/quoted"' });

    expect(await desk.deps.store.alert('cloudevents:/quoted a €%20')).toBeDefined();
  });

  it('may have data of any type, which then says nothing', async () => {
    const { post } = await opened();

    const answer = await post(PATH, '<alert/>', { ...headers, 'content-type': 'application/xml' });

    expect(answer.json.outcomes).toMatchObject([
      { outcome: 'opened', note: expect.stringContaining('no agent') },
    ]);
  });

  it.each([
    ['overlong UTF-8', { 'ce-id': '%C0%AF' }, 'percent-encoded'],
    ['a percent sign by itself', { 'ce-id': '100%' }, 'percent-encoded'],
    ['a type of data besides', { 'ce-datacontenttype': 'application/json' }, 'ce-datacontenttype'],
    ['a version to come', { 'ce-specversion': '2.0' }, 'shape'],
    ['no id', { 'ce-id': '' }, 'shape'],
  ])('is refused with %s', async (_name, change, words) => {
    const { post } = await opened();

    const answer = await post(PATH, body, { ...headers, ...change });

    expect(answer.status).toBe(400);
    expect(answer.json.detail).toContain(words);
  });
});

describe('a sender that asks before it posts, as Azure Event Grid does', () => {
  const ask = async (url: string, headers: Record<string, string>) =>
    (await openHttpDesk()).ask({ method: 'OPTIONS', url, token: null, headers });

  it('may, whoever it is: whether it is believed is said by its token', async () => {
    const answer = await ask(PATH, { 'webhook-request-origin': 'eventgrid.azure.net' });

    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      allow: 'POST',
      'webhook-allowed-origin': 'eventgrid.azure.net',
      'webhook-allowed-rate': '*',
    });
  });

  it('is told what the address answers to where it asks for something else', async () => {
    const plain = await ask(PATH, {});
    const other = await ask('/v1/alerts/generic', { 'webhook-request-origin': 'eventgrid.azure.net' });

    expect([plain.statusCode, other.statusCode]).toEqual([405, 405]);
    expect(other.headers).not.toHaveProperty('webhook-allowed-origin');
  });
});

it('refuses what is no event', async () => {
  const { post } = await opened();

  const answers = [await post(PATH, '{"id":"1"}', STRUCTURED), await post(PATH, '[{"id":"1"}]', BATCH)];

  expect(answers.map(({ status }) => status)).toEqual([400, 400]);
});
