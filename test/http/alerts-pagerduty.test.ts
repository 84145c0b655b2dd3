import { describe, expect, it } from 'vitest';
import { openByAlert } from '../support/desk.js';
import { aToken, openHttpDesk, type HttpDesk, type HttpDeskOptions } from '../support/http-desk.js';
import { fixture, hexHmac, sender, withSource, type Post } from '../support/posts.js';

const PATH = '/v1/alerts/pagerduty';
const SECRET = 'pd-secret';
const sourceSecrets = { HALTLINE_SOURCE_PAGERDUTY_SECRETS: SECRET };

interface Change {
  readonly id?: string;
  readonly type?: string;
  readonly key?: string;
  readonly at?: string;
  readonly agent?: object | null;
  readonly data?: object;
}

function event({ id = 'E1', type = 'incident.triggered', key, at, agent, data = {} }: Change): string {
  const body = JSON.parse(fixture('pagerduty/triggered')) as { event: { data: object } };
  const incident = { ...body.event.data, ...(key && { incident_key: key }), ...data };
  const change = { id, event_type: type, data: incident, ...(at && { occurred_at: at }) };
  return JSON.stringify({ event: { ...body.event, ...change, ...(agent !== undefined && { agent }) } });
}

const signed = (body: string, secret = SECRET) => ({
  'x-pagerduty-signature': `v1=${hexHmac(secret, body)}`,
});

async function opened(options: HttpDeskOptions = {}): Promise<{ desk: HttpDesk; post: Post }> {
  const desk = await openHttpDesk({ sourceSecrets, ...options });
  return { desk, post: await sender(desk) };
}

const RESPONDER = { id: 'PLH1HKV', summary: 'A responder', type: 'user_reference' };

describe('what PagerDuty says about a page of ours', () => {
  it.each(['haltline:INC-1', 'INC-1', 'alertmanager-key'])(
    'fills Page and Acknowledgement, by the key %s',
    async (key) => {
      const { desk, post } = await opened();
      await openByAlert(desk.deps, { dedupKey: 'alertmanager-key' });
      desk.clock.advance(60_000);
      const triggered = event({ key, at: '2026-11-20T03:12:20.500Z' });
      const acknowledged = event({
        id: 'E2',
        type: 'incident.acknowledged',
        key,
        at: '2026-11-20T03:12:44.169Z',
        agent: RESPONDER,
      });

      const page = await post(PATH, triggered, signed(triggered));
      const answer = await post(PATH, acknowledged, signed(acknowledged));

      expect(page.json.reports).toMatchObject([{ outcome: 'page', incident: 'INC-1' }]);
      expect(answer.json.reports).toMatchObject([{ outcome: 'acknowledgement', incident: 'INC-1' }]);
      const state = (await desk.get('/v1/incidents/INC-1')).json<{ chain: object; status: string }>();
      expect(state).toMatchObject({
        status: 'acknowledged',
        chain: {
          page: { at: '2026-11-20T03:12:20.500Z', recordedBy: 'pagerduty' },
          acknowledgement: { at: '2026-11-20T03:12:44.169Z', recordedBy: 'pagerduty' },
        },
      });
      expect(JSON.stringify(state.chain)).toContain('PLH1HKV');
      expect(await desk.deps.store.incidents({ limit: 9 })).toHaveLength(1);
    },
  );

  it('is heard once an event, however often it is delivered', async () => {
    const { desk, post } = await opened();
    await openByAlert(desk.deps);
    const body = event({ key: 'haltline:INC-1' });
    await post(PATH, body, signed(body));

    const again = await post(PATH, body, signed(body));

    expect([again.status, again.json.post]).toEqual([200, 'duplicate']);
  });

  it('is not an acknowledgement where automation gave it', async () => {
    const { desk, post } = await opened();
    await openByAlert(desk.deps);
    const body = event({ type: 'incident.acknowledged', key: 'haltline:INC-1', agent: null });

    const answer = await post(PATH, body, signed(body));

    expect(answer.json.reports).toMatchObject([{ outcome: 'noted' }]);
    expect((await desk.get('/v1/incidents/INC-1')).json()).toMatchObject({
      chain: { acknowledgement: null },
    });
  });

  it('is not believed from whoever may only raise alerts: that would end the paging', async () => {
    const { desk, post } = await opened();
    await openByAlert(desk.deps);
    const token = await aToken(desk, { scopes: ['alerts'] });
    const body = event({ type: 'incident.acknowledged', key: 'haltline:INC-1', agent: RESPONDER });

    const answer = await post(PATH, body, { authorization: `Bearer ${token}` });

    expect(answer.json).toMatchObject({
      reports: [],
      notes: [{ note: expect.stringContaining('signature') }],
    });
    expect((await desk.get('/v1/incidents/INC-1')).json()).toMatchObject({
      chain: { acknowledgement: null },
    });
  });

  it('about an incident that we do not have is noted', async () => {
    const { post } = await opened();
    const body = event({ type: 'incident.acknowledged', key: 'haltline:INC-99', agent: RESPONDER });

    const answer = await post(PATH, body, signed(body));

    expect(answer.status).toBe(200);
    expect(answer.json.reports).toMatchObject([{ outcome: 'noted', incident: null }]);
  });
});

describe('an event that says nothing to us', () => {
  it.each([
    'pagey.ping',
    'incident.annotated',
    'incident.responder.added',
    'service.updated',
    'incident.escalated',
    '',
  ])('is answered with 200: %s', async (type) => {
    const { desk, post } = await opened();
    const body = event({ type });

    const answer = await post(PATH, body, signed(body));

    expect([answer.status, answer.json.outcomes]).toEqual([200, []]);
    expect(await desk.deps.store.incidents({ limit: 1 })).toEqual([]);
  });
});

describe('an incident of PagerDuty’s own', () => {
  const mapping = {
    rules: [
      {
        when: { service: 'billing-*' },
        agent: 'billing-agent',
        tripwire: 'cost-rate' as const,
        ignore: false,
      },
    ],
  };

  it('goes no further where it leads to no agent of ours', async () => {
    const { desk, post } = await opened();
    const body = event({});

    const answer = await post(PATH, body, signed(body));

    expect(answer.json.outcomes).toMatchObject([
      { outcome: 'left-out', note: expect.stringContaining('agents.yml') },
    ]);
    expect(await desk.deps.store.incidents({ limit: 1 })).toEqual([]);
  });

  it('is an alert, and its page and acknowledgement are those of the incident that it opens', async () => {
    const { desk, post } = await opened({ registry: withSource('pagerduty', mapping) });
    desk.clock.advance(60_000);
    const triggered = event({ at: '2026-11-20T03:12:20.000Z' });
    const acknowledged = event({
      id: 'E2',
      type: 'incident.acknowledged',
      at: '2026-11-20T03:12:50.000Z',
      agent: RESPONDER,
    });
    const resolved = event({ id: 'E3', type: 'incident.resolved', agent: RESPONDER });

    const first = await post(PATH, triggered, signed(triggered));
    await post(PATH, acknowledged, signed(acknowledged));
    const last = await post(PATH, resolved, signed(resolved));

    expect(first.json).toMatchObject({ outcomes: [{ outcome: 'opened' }], reports: [{ outcome: 'page' }] });
    expect(last.json.outcomes).toMatchObject([{ outcome: 'resolved', incident: 'INC-1' }]);
    expect((await desk.get('/v1/incidents/INC-1')).json()).toMatchObject({
      agentId: 'billing-agent',
      tripwire: 'cost-rate',
      chain: {
        trigger: { at: '2026-11-20T03:11:21.000Z' },
        page: { at: '2026-11-20T03:12:20.000Z' },
        acknowledgement: { at: '2026-11-20T03:12:50.000Z' },
      },
    });
  });
});

describe('while the secret is changed', () => {
  it('nothing is refused for good: an unknown signature is answered 429, and the event comes again', async () => {
    const { desk, post } = await opened();
    await openByAlert(desk.deps);
    const body = event({ key: 'haltline:INC-1' });

    const early = await post(PATH, body, signed(body, 'the-new-one'));
    const unsigned = await post(PATH, body);
    const both = await post(PATH, body, {
      'x-pagerduty-signature': `v1=${hexHmac('the-new-one', body)},v1=${hexHmac(SECRET, body)}`,
    });

    expect([early.status, unsigned.status, both.status]).toEqual([429, 429, 200]);
    expect(early.headers.get('retry-after')).toBe('60');
    expect(both.json.reports).toMatchObject([{ outcome: 'page' }]);
  });

  it('nor is it where no secret is set at all', async () => {
    const { post } = await opened({ sourceSecrets: {} });
    const body = event({});

    expect((await post(PATH, body, signed(body))).status).toBe(429);
  });
});
