/** The published signatures of each scheme, and what must not pass for one. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { plainSource, type AlertFormat, type SourceSettings } from '../../src/core/source-settings.js';
import { FORMATS } from '../../src/sources/registry.js';
import type { Headers, Verdict } from '../../src/sources/types.js';

interface Signed {
  readonly body: string;
  readonly headers: Headers;
  readonly secrets: readonly string[];
  readonly nowSeconds?: number;
  readonly settings?: Partial<SourceSettings>;
}

async function verdict(
  format: AlertFormat,
  { body, headers, secrets, nowSeconds = 1_767_225_600, settings = {} }: Signed,
): Promise<Verdict['kind']> {
  const post = {
    bytes: Buffer.from(body),
    headers,
    secrets,
    settings: { ...plainSource(format), ...settings },
    nowMs: nowSeconds * 1000,
    web: { get: () => Promise.reject(new Error('nothing is fetched here')) },
  };
  const result = await FORMATS[format].signature?.verify(post);
  return result?.kind ?? 'refused';
}

const STANDARD = {
  body: '{"test": 2432232314}',
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  nowSeconds: 1_614_265_330,
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
};
const PAGERDUTY = {
  body: '{"event":{"id":"01ABC","event_type":"incident.triggered","resource_type":"incident","occurred_at":"2026-05-20T14:00:00.000Z"}}',
  secrets: ['pd-test-secret'],
  headers: {
    'x-pagerduty-signature': 'v1=59467966c03daa046d67c52df8964ec7da816bfef09a5b6c5450ed779d729983',
  },
};
const SENTRY = {
  body: '{"action":"triggered"}',
  secrets: ['sentry-test-secret'],
  headers: {
    'sentry-hook-signature': '80ec88b20be12c6baa37f190a9621b84166bd8b853f3a1c603cb939445e37838',
  },
};
const GRAFANA = {
  body: '{"status":"firing"}',
  secrets: ['grafana-test-secret'],
  headers: {
    'x-grafana-alerting-signature': '602a71d4144d94dc1dea058a42819dbff2128e95ad195152bcb9339037a3ed95',
  },
};
const GRAFANA_TIMED = {
  ...GRAFANA,
  headers: {
    'x-grafana-alerting-timestamp': '1767225600',
    'x-grafana-alerting-signature': '64bc7200bc6f885a4d96c71e16733a0b6ce1f4f2730e8d8682d82758048e59c4',
  },
};

const VECTORS: readonly (readonly [string, AlertFormat, Signed])[] = [
  ['Standard Webhooks v1', 'standard-webhooks', STANDARD],
  ['PagerDuty v3', 'pagerduty', PAGERDUTY],
  ['Sentry', 'sentry', SENTRY],
  ['Grafana without a time', 'grafana', GRAFANA],
  ['Grafana with a time', 'grafana', GRAFANA_TIMED],
];

describe.each(VECTORS)('%s', (_name, format, signed) => {
  it('accepts the published signature', async () => {
    expect(await verdict(format, signed)).toBe('valid');
  });

  it('accepts it beside another secret while one is being changed', async () => {
    const other = format === 'standard-webhooks' ? `whsec_${Buffer.alloc(32, 1).toString('base64')}` : 'next';

    expect(await verdict(format, { ...signed, secrets: [other, ...signed.secrets] })).toBe('valid');
    expect(await verdict(format, { ...signed, secrets: [...signed.secrets, other] })).toBe('valid');
    expect(await verdict(format, { ...signed, secrets: [other] })).toBe('refused');
  });

  it('refuses the same signature over one byte more', async () => {
    expect(await verdict(format, { ...signed, body: `${signed.body} ` })).toBe('refused');
  });

  it('refuses a post without it, with an empty one and with half of one', async () => {
    const broken = (change: (text: string) => string): Headers =>
      Object.fromEntries(
        Object.entries(signed.headers).map(([name, value]) => [
          name,
          name.endsWith('signature') ? change(String(value)) : value,
        ]),
      );

    for (const headers of [
      {},
      broken(() => ''),
      broken((text) => text.slice(0, -8)),
      broken((text) => `${text}00`),
    ])
      expect(await verdict(format, { ...signed, headers })).toBe('refused');
  });
});

describe('several signatures in one header', () => {
  it('are all tried: PagerDuty signs with each of its secrets while one is changed', async () => {
    const wrong = `v1=${'0'.repeat(64)}`;
    const both = `${wrong}, ${PAGERDUTY.headers['x-pagerduty-signature']},v2=unknown`;

    expect(await verdict('pagerduty', { ...PAGERDUTY, headers: { 'x-pagerduty-signature': both } })).toBe(
      'valid',
    );
  });

  it('are not read without end', async () => {
    const many = `${`v1=${'0'.repeat(64)},`.repeat(10_000)}${PAGERDUTY.headers['x-pagerduty-signature']}`;

    expect(await verdict('pagerduty', { ...PAGERDUTY, headers: { 'x-pagerduty-signature': many } })).toBe(
      'refused',
    );
  });

  it('may be of a shared secret and of a key pair, for senders of Standard Webhooks', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
    const { headers, body } = STANDARD;
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const asymmetric = `v1a,${sign(null, Buffer.from(text), privateKey).toString('base64')}`;
    const list = `v1,AAAA ${asymmetric}`;

    const withKey = {
      ...STANDARD,
      secrets: [`whpk_${raw}`],
      headers: { ...headers, 'webhook-signature': list },
    };
    expect(await verdict('standard-webhooks', withKey)).toBe('valid');
    expect(await verdict('standard-webhooks', { ...withKey, body: `${body} ` })).toBe('refused');
  });
});

describe('the time of sending', () => {
  it.each([
    ['five minutes off', 300, 'valid'],
    ['later than that', 301, 'refused'],
    ['earlier than that', -301, 'refused'],
  ] as const)('of Standard Webhooks and Grafana: %s', async (_name, off, expected) => {
    expect(await verdict('standard-webhooks', { ...STANDARD, nowSeconds: STANDARD.nowSeconds + off })).toBe(
      expected,
    );
    expect(await verdict('grafana', { ...GRAFANA_TIMED, nowSeconds: 1_767_225_600 + off })).toBe(expected);
  });

  it('may be allowed to be older by sources.yml', async () => {
    const settings = { toleranceSeconds: 3600 };

    expect(await verdict('grafana', { ...GRAFANA_TIMED, settings, nowSeconds: 1_767_229_000 })).toBe('valid');
  });

  it('cannot be left out where sources.yml names its header', async () => {
    const settings = { timestampHeader: 'X-Grafana-Alerting-Timestamp' };

    expect(await verdict('grafana', { ...GRAFANA, settings })).toBe('refused');
    expect(await verdict('grafana', { ...GRAFANA_TIMED, settings })).toBe('valid');
  });

  it('cannot be taken for the beginning of a body', async () => {
    const { 'x-grafana-alerting-signature': signature } = GRAFANA_TIMED.headers;
    const moved = { 'x-grafana-alerting-signature': signature };

    expect(await verdict('grafana', { ...GRAFANA, headers: moved })).toBe('refused');
  });
});

it('takes the headers that a contact point of Grafana was told to use', async () => {
  const settings = { signatureHeader: 'X-Our-Signature', timestampHeader: 'X-Our-Time' };
  const mac = createHmac('sha256', 'grafana-test-secret').update('1767225600:{}').digest('hex');
  const headers = { 'x-our-signature': mac, 'x-our-time': '1767225600' };

  expect(await verdict('grafana', { body: '{}', secrets: GRAFANA.secrets, headers, settings })).toBe('valid');
});

describe('Grafana without a word in sources.yml', () => {
  const { 'x-grafana-alerting-signature': plain } = GRAFANA.headers;
  const { 'x-grafana-alerting-signature': timed } = GRAFANA_TIMED.headers;

  it.each([
    ['the header of its first versions', { 'x-grafana-alert-signature': plain }],
    [
      'the name that its pages give the time',
      { 'x-grafana-alerting-signature': timed, 'x-grafana-alerting-signature-timestamp': '1767225600' },
    ],
    [
      'both of the first versions',
      { 'x-grafana-alert-signature': timed, 'x-grafana-alert-timestamp': '1767225600' },
    ],
  ])('may use %s', async (_name, headers) => {
    expect(await verdict('grafana', { ...GRAFANA, headers })).toBe('valid');
    expect(await verdict('grafana', { ...GRAFANA, headers, body: '{}' })).toBe('refused');
  });

  it('is told where its time may be, for a name that nobody can guess', async () => {
    const post = {
      bytes: Buffer.from(GRAFANA.body),
      headers: { 'x-grafana-alerting-signature': timed, 'x-our-time': '1767225600' },
      secrets: GRAFANA.secrets,
      settings: plainSource('grafana'),
      nowMs: 1_767_225_600_000,
      web: { get: () => Promise.reject(new Error('nothing is fetched here')) },
    };

    const result = await FORMATS.grafana.signature?.verify(post);

    expect(result).toMatchObject({ kind: 'refused', why: expect.stringContaining('timestampHeader') });
  });
});

it.each([
  ['whsec_ and 24 bytes', `whsec_${Buffer.alloc(24).toString('base64')}`, null],
  ['without the prefix', Buffer.alloc(24).toString('base64'), null],
  ['too short', `whsec_${Buffer.alloc(16).toString('base64')}`, expect.stringContaining('24 to 64 bytes')],
  ['not base64', 'whsec_%%%', expect.stringContaining('base64')],
  ['half a public key', `whpk_${Buffer.alloc(16).toString('base64')}`, expect.stringContaining('Ed25519')],
])('judges a secret of Standard Webhooks at the start: %s', (_name, secret, fault) => {
  expect(FORMATS['standard-webhooks'].signature?.faultOf?.(secret)).toEqual(fault);
});
