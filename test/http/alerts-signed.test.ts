import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { BOOTSTRAP, openHttpDesk } from '../support/http-desk.js';
import { fixture, hexHmac, sender } from '../support/posts.js';

const GRAFANA = '/v1/alerts/grafana';
const SECRETS = { HALTLINE_SOURCE_GRAFANA_SECRETS: 'one-secret, next-secret' };
const firing = fixture('grafana/firing');

describe('a sender that signs', () => {
  it('needs no token: Grafana, by HMAC over the very bytes', async () => {
    const desk = await openHttpDesk({ sourceSecrets: SECRETS });
    const post = await sender(desk);

    const answer = await post(GRAFANA, firing, {
      'x-grafana-alerting-signature': hexHmac('one-secret', firing),
    });

    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      post: 'taken',
      outcomes: [{ outcome: 'opened', incident: 'INC-1' }],
    });
    const state = await desk.get('/v1/incidents/INC-1');
    expect(state.json()).toMatchObject({
      agentId: 'billing-agent',
      severity: 'sev1',
      chain: {
        action: { at: '2026-11-20T09:41:07.000Z', recordedBy: 'grafana' },
        trigger: { at: '2026-11-20T10:00:00.000Z' },
      },
    });
  });

  it('may use either secret while one is changed, and a time where its contact point sends one', async () => {
    const desk = await openHttpDesk({ sourceSecrets: SECRETS });
    const post = await sender(desk);
    const seconds = String(Date.parse(desk.clock.now()) / 1000);

    const answer = await post(GRAFANA, firing, {
      'x-grafana-alerting-timestamp': seconds,
      'x-grafana-alerting-signature': hexHmac('next-secret', `${seconds}:${firing}`),
    });

    expect(answer.status).toBe(200);
  });

  it('is told what is wrong, and nothing is taken', async () => {
    const desk = await openHttpDesk({ sourceSecrets: SECRETS });
    const post = await sender(desk);
    const old = String(Date.parse(desk.clock.now()) / 1000 - 301);

    const unsigned = await post(GRAFANA, firing);
    const forged = await post(GRAFANA, firing, { 'x-grafana-alerting-signature': hexHmac('guess', firing) });
    const changed = await post(GRAFANA, `${firing} `, {
      'x-grafana-alerting-signature': hexHmac('one-secret', firing),
    });
    const replayed = await post(GRAFANA, firing, {
      'x-grafana-alerting-timestamp': old,
      'x-grafana-alerting-signature': hexHmac('one-secret', `${old}:${firing}`),
    });

    expect([unsigned, forged, changed, replayed].map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(unsigned.json.detail).toContain('x-grafana-alerting-signature is missing');
    expect(forged.json.detail).toContain('fits none of the secrets');
    expect(replayed.json.detail).toContain('Compare the clocks');
    expect(await desk.deps.store.incidents({ limit: 1 })).toEqual([]);
    expect(JSON.stringify([desk.doorLog, forged.json])).not.toMatch(/one-secret|next-secret|stripe/);
  });

  it('may still be spoken for by a token, but not by a wrong one', async () => {
    const desk = await openHttpDesk({ sourceSecrets: SECRETS });
    const post = await sender(desk);

    const byToken = await post(GRAFANA, firing, { authorization: `Bearer ${BOOTSTRAP}` });
    const byWrong = await post(GRAFANA, firing, {
      authorization: 'Bearer wrong',
      'x-grafana-alerting-signature': hexHmac('one-secret', firing),
    });

    expect([byToken.status, byWrong.status]).toEqual([200, 401]);
  });

  it('needs a token as long as no secret is set', async () => {
    const desk = await openHttpDesk();
    const post = await sender(desk);

    const answer = await post(GRAFANA, firing, { 'x-grafana-alerting-signature': hexHmac('', firing) });

    expect(answer.status).toBe(401);
    expect(answer.json.detail).toContain('Bearer');
  });

  it('is told to wait after too many wrong signatures, and a right one never is', async () => {
    const desk = await openHttpDesk({ sourceSecrets: SECRETS });
    const post = await sender(desk);
    const statuses = [];
    for (let tries = 0; tries < 22; tries++) statuses.push((await post(GRAFANA, firing)).status);

    const right = await post(GRAFANA, firing, {
      'x-grafana-alerting-signature': hexHmac('one-secret', firing),
    });

    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect(right.status).toBe(200);
  });
});

describe('Sentry', () => {
  const path = '/v1/alerts/sentry';
  const sourceSecrets = { HALTLINE_SOURCE_SENTRY_SECRETS: 'client-secret' };
  const signed = (body: string, resource: string) => ({
    'sentry-hook-resource': resource,
    'sentry-hook-signature': hexHmac('client-secret', body),
  });

  it('fires by a rule and is quiet once its issue is resolved', async () => {
    const desk = await openHttpDesk({ sourceSecrets });
    const post = await sender(desk);
    const [rule, resolved] = [fixture('sentry/issue-alert'), fixture('sentry/issue-resolved')];
    const created = resolved.replace('"action": "resolved"', '"action": "created"');

    const opened = await post(path, rule, signed(rule, 'event_alert'));
    const noted = await post(path, created, signed(created, 'issue'));
    const ended = await post(path, resolved, signed(resolved, 'issue'));

    expect(opened.json.outcomes).toMatchObject([{ outcome: 'opened', incident: 'INC-1' }]);
    expect(noted.json).toMatchObject({
      outcomes: [],
      notes: [{ note: expect.stringContaining('no alert') }],
    });
    expect(ended.json.outcomes).toMatchObject([{ outcome: 'resolved', incident: 'INC-1' }]);
    expect((await desk.get('/v1/incidents/INC-1')).json()).toMatchObject({
      agentId: 'support-agent',
      tripwire: 'authorisation',
    });
  });

  it('fires by figures, and its installation is noted', async () => {
    const desk = await openHttpDesk({ sourceSecrets });
    const post = await sender(desk);
    const metric = fixture('sentry/metric-alert');
    const installed = '{"action":"created","data":{"installation":{"uuid":"1"}},"installation":{"uuid":"1"}}';

    const opened = await post(path, metric, signed(metric, 'metric_alert'));
    const over = metric.replace('"action": "critical"', '"action": "resolved"');
    const ended = await post(path, over, signed(over, 'metric_alert'));
    const noted = await post(path, installed, signed(installed, 'installation'));

    expect(opened.json.outcomes).toMatchObject([{ outcome: 'opened', incident: 'INC-1' }]);
    expect(ended.json.outcomes).toMatchObject([{ outcome: 'resolved', incident: 'INC-1' }]);
    expect([noted.status, noted.json.outcomes]).toEqual([200, []]);
  });
});

describe('a sender by Standard Webhooks', () => {
  const path = '/v1/alerts/standard-webhooks';
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const sourceSecrets = { HALTLINE_SOURCE_STANDARD_WEBHOOKS_SECRETS: secret };
  const aMessage = (at: Date) => {
    const body = fixture('standard-webhooks/firing');
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(at.getTime() / 1000),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
    };
    return { body, headers };
  };

  it('is believed by what the project’s own library signs, and heard once a message', async () => {
    const desk = await openHttpDesk({ sourceSecrets });
    const post = await sender(desk);
    const { body, headers } = aMessage(new Date(desk.clock.now()));

    const first = await post(path, body, headers);
    const again = await post(path, body, headers);
    const other = await post(path, body, { ...headers, 'webhook-id': 'msg_2' });

    expect(first.json).toMatchObject({ post: 'taken', outcomes: [{ outcome: 'opened', incident: 'INC-1' }] });
    expect([again.status, again.json.post]).toEqual([200, 'duplicate']);
    expect(other.status).toBe(401);
    const alert = await desk.deps.store.alert('standard-webhooks:refunds/billing-agent');
    expect(alert?.count).toBe(1);
  });

  it('is heard once also where the same message comes twice at the same moment', async () => {
    const desk = await openHttpDesk({ sourceSecrets });
    const post = await sender(desk);
    const { body, headers } = aMessage(new Date(desk.clock.now()));

    const answers = await Promise.all(Array.from({ length: 8 }, () => post(path, body, headers)));

    expect(answers.map(({ json }) => json.post ?? '').toSorted()).toEqual([
      ...Array<string>(7).fill('duplicate'),
      'taken',
    ]);
    expect((await desk.deps.store.alert('standard-webhooks:refunds/billing-agent'))?.count).toBe(1);
  });
});

describe('a body', () => {
  it.each([
    ['compressed', firing, { 'content-encoding': 'gzip' }, 415, 'uncompressed'],
    ['of a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'application/json'],
    ['cut short', firing.slice(0, 200), {}, 400, 'valid JSON'],
    ['not in UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), {}, 400, 'UTF-8'],
    ['nested without end', `{"alerts":${'['.repeat(100_000)}`, {}, 400, 'nested deeper'],
    ['empty', '', {}, 400, 'valid JSON'],
  ] as const)('that is %s is refused with what to do', async (_name, body, headers, status, words) => {
    const desk = await openHttpDesk();
    const post = await sender(desk);

    const answer = await post(GRAFANA, body, { authorization: `Bearer ${BOOTSTRAP}`, ...headers });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json.detail).toContain(words);
  });
});
