import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALERT_FORMATS, type AlertFormat } from '../../src/core/source-settings.js';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { BOOTSTRAP, openHttpDesk } from '../support/http-desk.js';
import { withSource } from '../support/posts.js';
import { openWeb, TOPIC } from '../support/sns.js';

const RUNS = 80;
const http = { limits: { ...DEFAULT_LIMITS, failedAuth: { burst: 1e9, perSecond: 1e9 } } };
const whsec = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const sourceSecrets = {
  HALTLINE_SOURCE_GRAFANA_SECRETS: 'one,two',
  HALTLINE_SOURCE_PAGERDUTY_SECRETS: 'one two',
  HALTLINE_SOURCE_SENTRY_SECRETS: 'one',
  HALTLINE_SOURCE_STANDARD_WEBHOOKS_SECRETS: whsec,
};

const bodiesOf = (format: AlertFormat): Buffer[] => {
  const folder = `test/fixtures/alerts/${format}`;
  return readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`));
};

/** A body of the format with some of its bytes changed, cut or doubled. */
const damaged = (format: AlertFormat): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...bodiesOf(format)), fc.nat(), fc.uint8Array({ maxLength: 40 }), fc.nat(60))
    .map(([body, place, bytes, cut]) => {
      const at = place % body.length;
      return Buffer.concat([body.subarray(0, at), bytes, body.subarray(Math.min(body.length, at + cut))]);
    });
const anything = (format: AlertFormat): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    damaged(format),
    fc.uint8Array({ maxLength: 2_000 }),
    fc.json({ maxDepth: 6, noUnicodeString: false }).map((text) => Buffer.from(text)),
    fc.nat(50_000).map((depth) => Buffer.from('[{"a":'.repeat(depth))),
    fc.constantFrom('{"__proto__":{"x":1}}', 'null', '[]', '""', '1e999').map((text) => Buffer.from(text)),
  );

const text = fc
  .string({ maxLength: 80, unit: 'binary' })
  .map((each) => each.replace(/[^\x20-\x7e\x80-\xff]/gu, '?'));
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'ce-specversion',
    'ce-id',
    'ce-source',
    'ce-type',
    'ce-time',
    'ce-__proto__',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'x-pagerduty-signature',
    'x-grafana-alerting-signature',
    'x-grafana-alerting-timestamp',
    'sentry-hook-signature',
    'sentry-hook-resource',
    'sentry-hook-timestamp',
    'request-id',
    'x-amz-sns-rawdelivery',
  ),
  fc.oneof(
    text,
    fc.constantFrom(
      'application/json',
      'application/cloudevents+json',
      '1.0',
      'issue',
      'event_alert',
      'metric_alert',
      'v1=00',
      'v1,AA==',
    ),
    fc.nat().map(String),
  ),
  { maxKeys: 6 },
);

async function opened(): Promise<(format: AlertFormat, init: RequestInit) => Promise<Response>> {
  const { web } = await openWeb();
  const desk = await openHttpDesk({
    http,
    web,
    sourceSecrets,
    registry: withSource('cloudwatch', { topics: [TOPIC] }),
  });
  await desk.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = desk.server.server.address() as AddressInfo;
  return (format, init) => fetch(`http://127.0.0.1:${port}/v1/alerts/${format}`, { method: 'POST', ...init });
}

describe.each(ALERT_FORMATS)('%s', (format) => {
  it('reads whatever bytes come with whatever headers, or refuses them', async () => {
    const post = await opened();

    await fc.assert(
      fc.asyncProperty(anything(format), headers, async (body, sent) => {
        const answer = await post(format, {
          body,
          headers: { 'content-type': 'application/json', ...sent, authorization: `Bearer ${BOOTSTRAP}` },
        });

        expect([200, 400, 415]).toContain(answer.status);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  it('lets nobody in without a token or a signature', async () => {
    const post = await opened();
    const refusals = format === 'pagerduty' ? [429, 415] : [401, 415];

    await fc.assert(
      fc.asyncProperty(anything(format), headers, async (body, sent) => {
        const answer = await post(format, { body, headers: { 'content-type': 'application/json', ...sent } });

        expect(refusals).toContain(answer.status);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  it('reads no further than a body may be long', async () => {
    const post = await opened();

    const answer = await post(format, {
      body: Buffer.alloc(3_000_000, 0x20),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BOOTSTRAP}` },
    });

    expect(answer.status).toBe(413);
  });
});
