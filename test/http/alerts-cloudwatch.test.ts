import { describe, expect, it } from 'vitest';
import { openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { sender, withSource, type Post } from '../support/posts.js';
import { anAlarm, aSubscription, CERTIFICATE_URL, openWeb, pem, TOPIC } from '../support/sns.js';

const PATH = '/v1/alerts/cloudwatch';
const TEXT = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': 'Notification' };

interface Opened {
  readonly desk: HttpDesk;
  readonly asked: readonly string[];
  readonly send: (message: object, headers?: Record<string, string>) => ReturnType<Post>;
}

async function opened(...serving: Parameters<typeof openWeb>): Promise<Opened> {
  const { web, asked } = await openWeb(...serving);
  const desk = await openHttpDesk({ web, registry: withSource('cloudwatch', { topics: [TOPIC] }) });
  const post = await sender(desk);
  return {
    desk,
    asked,
    send: (message, headers = {}) => post(PATH, JSON.stringify(message), { ...TEXT, ...headers }),
  };
}

describe('an alarm of CloudWatch by SNS', () => {
  it.each(['1', '2'])(
    'is believed by a signature of version %s, its times without colon read',
    async (version) => {
      const { desk, send } = await opened();

      const answer = await send(anAlarm({ SignatureVersion: version }));

      expect(answer.status).toBe(200);
      expect(answer.json.outcomes).toMatchObject([{ outcome: 'opened', incident: 'INC-1' }]);
      expect((await desk.get('/v1/incidents/INC-1')).json()).toMatchObject({
        agentId: 'billing-agent',
        chain: { trigger: { at: '2026-11-20T03:11:30.123Z', recordedBy: 'cloudwatch' } },
      });
    },
  );

  it('is quiet with OK, and nothing happens for want of data', async () => {
    const { send } = await opened();
    await send(anAlarm());

    const unknown = await send(anAlarm({ MessageId: 'm2' }, { NewStateValue: 'INSUFFICIENT_DATA' }));
    const quiet = await send(anAlarm({ MessageId: 'm3' }, { NewStateValue: 'OK' }));

    expect(unknown.json).toMatchObject({
      outcomes: [],
      notes: [{ note: expect.stringContaining('neither') }],
    });
    expect(quiet.json.outcomes).toMatchObject([{ outcome: 'resolved', incident: 'INC-1' }]);
  });

  it('is heard once a message', async () => {
    const { send } = await opened();
    await send(anAlarm());

    const again = await send(anAlarm());

    expect([again.status, again.json.post]).toEqual([200, 'duplicate']);
  });

  it('has its certificate fetched once for many', async () => {
    const { asked, send } = await opened();

    await Promise.all(['a', 'b', 'c', 'd'].map((MessageId) => send(anAlarm({ MessageId }))));

    expect(asked).toEqual(['/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem']);
  });

  it('may come from China', async () => {
    const { send } = await opened();
    const SigningCertURL = 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem';

    expect((await send(anAlarm({ SigningCertURL }))).status).toBe(200);
  });
});

describe('a message that SNS did not send', () => {
  it.each([
    ['changed after signing', { ...anAlarm(), Subject: 'changed' }, 'does not fit'],
    ['without its subject', without(anAlarm(), 'Subject'), 'does not fit'],
    ['of another topic', anAlarm({ TopicArn: 'arn:aws:sns:eu-west-1:999999999999:agents' }), 'topics'],
    ['an hour and a second old', anAlarm({ Timestamp: '2026-11-20T02:11:59.000Z' }), 'clock'],
    ['of an hour to come', anAlarm({ Timestamp: '2026-11-20T04:12:01.000Z' }), 'clock'],
    ['without a time', anAlarm({ Timestamp: 'yesterday' }), 'clock'],
    ['with a signature that is none', { ...anAlarm(), Signature: '%%%' }, 'does not fit'],
    ['no message at all', { hello: 'world' }, 'raw message delivery'],
  ])('is refused: %s', async (_name, message, words) => {
    const { desk, send } = await opened();

    const answer = await send(message);

    expect(answer.status).toBe(401);
    expect(answer.json.detail).toContain(words);
    expect(await desk.deps.store.incidents({ limit: 1 })).toEqual([]);
  });

  it.each([
    'http://sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com@evil.example/a.pem',
    'https://user:pass@sns.eu-west-1.amazonaws.com/a.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-west-1.amazonaws.com/?Action=Echo&text=a.pem',
    'https://sns.eu-west-1.amazonaws.com/a.pem?x=1',
    'https://sns.eu-west-1.amazonaws.com/a.pem#x',
    'https://sns.eu-west-1.amazonaws.com/a.txt',
    'https://sns.eu-west-1.amazonaws.com/a/../b/c.pem',
    'https://s3.eu-west-1.amazonaws.com/bucket/a.pem',
    'https://sns.evil.amazonaws.com/a.pem',
    'https://127.0.0.1/a.pem',
    'https://[::1]/a.pem',
    'https://169.254.169.254/latest/meta-data/a.pem',
    'file:///etc/passwd.pem',
    '',
  ])('makes us ask nobody: %s', async (SigningCertURL) => {
    const { asked, send } = await opened();

    const answer = await send(anAlarm({ SigningCertURL }));

    expect(answer.status).toBe(401);
    expect(answer.json.detail).toContain('SigningCertURL');
    expect(asked).toEqual([]);
  });

  it('is refused where the certificate has run out or is of somebody else, and may come again', async () => {
    const expired = await opened((_request, response) => response.end(pem('expired')));
    const page = await opened((_request, response) => response.end('<html>'));

    expect([(await expired.send(anAlarm())).status, (await page.send(anAlarm())).status]).toEqual([503, 503]);
  });

  it('is refused where raw delivery has dropped the signature', async () => {
    const { send } = await opened();
    const { Message } = anAlarm() as { Message: string };

    const answer = await send(JSON.parse(Message) as object, { 'x-amz-sns-rawdelivery': 'true' });
    const flagged = await send(anAlarm(), { 'x-amz-sns-rawdelivery': 'true' });

    expect([answer.status, flagged.status]).toEqual([401, 401]);
    expect([answer.json.detail, flagged.json.detail].join(' ')).toMatch(
      /raw message delivery.*Raw message delivery/,
    );
  });

  it('needs a token where no topic is allowed, and is then read without a signature', async () => {
    const desk = await openHttpDesk();

    const without = await desk.post(PATH, anAlarm(), null);
    const withToken = await desk.post(PATH, anAlarm());

    expect([without.statusCode, withToken.statusCode]).toEqual([401, 200]);
  });
});

describe('the certificate', () => {
  it('is followed to no other place, waited for no longer than set, and read no further than it may be long', async () => {
    const moved = await opened((_request, response) => response.writeHead(302, { location: '/b.pem' }).end());
    const slow = await opened(() => undefined, { ms: 100 });
    const endless = await opened((_request, response) => response.end('x'.repeat(70_000)));

    const answers = [await moved.send(anAlarm()), await slow.send(anAlarm()), await endless.send(anAlarm())];

    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(answers[0]?.headers.get('retry-after')).toBe('60');
    expect(moved.asked).toHaveLength(1);
  });

  it('is not asked for without end by those who make up addresses', async () => {
    const { asked, send } = await opened((_request, response) => response.writeHead(404).end());

    for (let made = 0; made < 40; made++)
      await send(anAlarm({ SigningCertURL: CERTIFICATE_URL.replace('.pem', `${made}.pem`) }));

    expect(asked).toHaveLength(20);
  });
});

describe('a subscription', () => {
  it('is confirmed where its topic is allowed', async () => {
    const { asked, send } = await opened();

    const answer = await send(aSubscription(), { 'x-amz-sns-message-type': 'SubscriptionConfirmation' });

    expect(answer.status).toBe(200);
    expect(answer.json.notes).toMatchObject([{ note: 'The subscription is confirmed.' }]);
    expect(asked).toEqual([
      '/SimpleNotificationService-0123456789abcdef.pem',
      expect.stringMatching(
        /^\/\?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:agents&Token=/,
      ),
    ]);
  });

  it.each([
    'https://evil.example/?Action=ConfirmSubscription',
    'http://169.254.169.254/latest/meta-data/',
    `https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic&TopicArn=${TOPIC}&Token=1`,
    'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:1:other&Token=1',
    `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Action=DeleteTopic&TopicArn=${TOPIC}&Token=1`,
  ])('is confirmed nowhere else: %s', async (SubscribeURL) => {
    const { asked, send } = await opened();

    const answer = await send(aSubscription({ SubscribeURL }));

    expect(answer.status).toBe(400);
    expect(asked).toEqual(['/SimpleNotificationService-0123456789abcdef.pem']);
  });

  it('that cannot be confirmed right now is to come again', async () => {
    const { send } = await opened((request, response) =>
      request.url?.startsWith('/?') === true
        ? response.writeHead(500).end()
        : response.end(pem('certificate')),
    );

    expect((await send(aSubscription())).status).toBe(503);
  });

  it('that ends is noted', async () => {
    const { send } = await opened();

    const answer = await send(aSubscription({ Type: 'UnsubscribeConfirmation' }));

    expect(answer.json).toMatchObject({ outcomes: [], notes: [{ note: expect.stringContaining('ended') }] });
  });
});

function without(message: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([key]) => key !== name));
}
