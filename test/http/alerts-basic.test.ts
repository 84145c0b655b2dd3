/** Senders that know HTTP Basic only: the password is a token of ours, the name is theirs to choose. */
import { describe, expect, it } from 'vitest';
import { aToken, BOOTSTRAP, openHttpDesk } from '../support/http-desk.js';
import { fixture, hexHmac, sender, withSource } from '../support/posts.js';
import { anAlarm, aSubscription, openWeb, TOPIC } from '../support/sns.js';

const PATH = '/v1/alerts/alertmanager';
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const firing = fixture('alertmanager/firing');

describe('a token as the password of HTTP Basic', () => {
  it.each(['alertmanager', '', 'a:name', 'Ünïcode'])('lets alerts in, by the name %j', async (user) => {
    const desk = await openHttpDesk();
    const post = await sender(desk);
    const token = await aToken(desk, { scopes: ['alerts'] });
    const credentials = user === 'a:name' ? basic('a', token) : basic(user, token);

    const answer = await post(PATH, firing, credentials);

    expect(answer.status).toBe(200);
    expect(answer.json.outcomes).toMatchObject([{ outcome: 'opened' }]);
  });

  it.each([
    ['a wrong password', basic('alertmanager', 'wrong'), 401],
    ['no password', basic(BOOTSTRAP, ''), 401],
    ['the token for a name', { authorization: `Basic ${Buffer.from(BOOTSTRAP).toString('base64')}` }, 401],
    ['what is no base64', { authorization: 'Basic %%%' }, 401],
    ['nothing behind it', { authorization: 'Basic ' }, 401],
    ['another scheme', { authorization: `Digest ${BOOTSTRAP}` }, 401],
  ])('has to be good: %s', async (_name, headers, status) => {
    const desk = await openHttpDesk();
    const post = await sender(desk);

    const answer = await post(PATH, firing, headers);

    expect(answer.status).toBe(status);
    expect(answer.json.detail).toContain('HTTP Basic');
    expect(JSON.stringify([desk.doorLog, answer.json])).not.toMatch(/wrong|bootstrap-token/);
  });

  it('needs the scope that a bearer needs, and counts as one that failed where it is wrong', async () => {
    const desk = await openHttpDesk();
    const post = await sender(desk);
    const reader = await aToken(desk, { scopes: ['read'] });
    const statuses = [];
    for (let tries = 0; tries < 22; tries++)
      statuses.push((await post(PATH, firing, basic('x', `guess-${tries}`))).status);

    const [unfit, fit] = [
      await post(PATH, firing, basic('x', reader)),
      await post(PATH, firing, basic('x', BOOTSTRAP)),
    ];

    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect([unfit.status, fit.status]).toEqual([403, 200]);
  });

  it('is asked for with a realm, however often: SNS shows its password only then, and each time anew', async () => {
    const desk = await openHttpDesk();
    const post = await sender(desk);
    const answers = [];
    for (let tries = 0; tries < 30; tries++) answers.push(await post('/v1/alerts/cloudwatch', '{}'));

    const alarm = await post('/v1/alerts/cloudwatch', JSON.stringify(anAlarm()), basic('sns', BOOTSTRAP));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(answers[0]?.headers.get('www-authenticate')).toBe(
      'Basic realm="haltline", Bearer realm="haltline"',
    );
    expect(alarm.status).toBe(200);
  });

  it.each(['/v1/halts', '/v1/tokens', '/v1/sources/grafana/pause'])(
    'orders nothing: %s takes a bearer only, for browsers send passwords by themselves',
    async (url) => {
      const desk = await openHttpDesk();

      const answer = await desk.ask({
        method: 'POST',
        url,
        payload: '{}',
        token: null,
        headers: { 'content-type': 'application/json', ...basic('x', BOOTSTRAP) },
      });

      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="haltline"');
    },
  );

  it('lets exporters in that have nothing else', async () => {
    const desk = await openHttpDesk();
    const ask = (headers: Record<string, string>) =>
      desk.ask({
        method: 'POST',
        url: '/v1/traces',
        payload: '{"resourceSpans":[]}',
        token: null,
        headers: { 'content-type': 'application/json', ...headers },
      });

    const [good, wrong] = [
      await ask(basic('otel', await aToken(desk, { scopes: ['activity'] }))),
      await ask(basic('otel', 'wrong')),
    ];

    // There is no telemetry behind this door: whoever is let in is told to come back.
    expect([good.statusCode, wrong.statusCode]).toEqual([503, 401]);
  });
});

describe('a password on the way to a source that is signed', () => {
  const sourceSecrets = { HALTLINE_SOURCE_GRAFANA_SECRETS: 'one-secret' };
  const body = fixture('grafana/firing');
  const signed = { 'x-grafana-alerting-signature': hexHmac('one-secret', body) };

  it('may be meant for a proxy: then the signature counts', async () => {
    const desk = await openHttpDesk({ sourceSecrets });
    const post = await sender(desk);
    const proxy = basic('proxy', 'password of the proxy');

    const answers = [
      await post('/v1/alerts/grafana', body, { ...proxy, ...signed }),
      await post('/v1/alerts/grafana', body, proxy),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 401]);
  });

  it('may be a token, which counts without a signature', async () => {
    const desk = await openHttpDesk({ sourceSecrets });
    const post = await sender(desk);

    const answer = await post('/v1/alerts/grafana', body, basic('grafana', BOOTSTRAP));

    expect(answer.status).toBe(200);
  });
});

describe('a subscription of SNS that shows a token', () => {
  it('is confirmed without a word in sources.yml', async () => {
    const { web, asked } = await openWeb();
    const desk = await openHttpDesk({ web });
    const post = await sender(desk);
    const body = JSON.stringify(aSubscription());

    const without = await post('/v1/alerts/cloudwatch', body);
    const answer = await post('/v1/alerts/cloudwatch', body, basic('sns', BOOTSTRAP));

    expect(without.status).toBe(401);
    expect(answer.json.notes).toMatchObject([{ note: 'The subscription is confirmed.' }]);
    expect(asked).toEqual([expect.stringContaining(`TopicArn=${TOPIC}`)]);
  });

  it('is not where other topics are named, nor at another address', async () => {
    const { web, asked } = await openWeb();
    const named = await openHttpDesk({ web, registry: withSource('cloudwatch', { topics: [`${TOPIC}-2`] }) });
    const plain = await openHttpDesk({ web });

    const answers = [
      await named.post('/v1/alerts/cloudwatch', aSubscription()),
      await plain.post(
        '/v1/alerts/cloudwatch',
        aSubscription({ SubscribeURL: 'https://169.254.169.254/?Action=ConfirmSubscription' }),
      ),
    ];

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([400, 400]);
    expect(asked).toEqual([]);
  });

  it('tells whoever reads the log that it has ended', async () => {
    const desk = await openHttpDesk();

    await desk.post('/v1/alerts/cloudwatch', aSubscription({ Type: 'UnsubscribeConfirmation' }));

    expect(desk.doorLog).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('lost') }),
    );
  });
});

describe('a pager that shows a token and signs as well', () => {
  it('is believed by its signature in what it says about a page', async () => {
    const desk = await openHttpDesk({ sourceSecrets: { HALTLINE_SOURCE_PAGERDUTY_SECRETS: 'pd' } });
    const post = await sender(desk);
    await post('/v1/alerts/generic', fixture('generic/full'), basic('x', BOOTSTRAP));
    const token = await aToken(desk, { scopes: ['alerts'] });
    const { event } = JSON.parse(fixture('pagerduty/triggered')) as { event: { data: object } };
    const body = JSON.stringify({
      event: {
        ...event,
        event_type: 'incident.acknowledged',
        data: { ...event.data, incident_key: 'haltline:INC-1' },
      },
    });
    const signature = { 'x-pagerduty-signature': `v1=${hexHmac('pd', body)}` };

    const answer = await post('/v1/alerts/pagerduty', body, {
      authorization: `Bearer ${token}`,
      ...signature,
    });

    expect(answer.json.reports).toMatchObject([{ incident: 'INC-1' }]);
  });
});
