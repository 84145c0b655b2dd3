/** SNS, retries and proxies keep no order. For each format: the end comes first, and what it ended does not fire. */
import { describe, expect, it } from 'vitest';
import type { AlertFormat } from '../../src/core/source-settings.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { BOOTSTRAP, openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { fixture, withSource } from '../support/posts.js';
import { anAlarm } from '../support/sns.js';

interface Said {
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Pair {
  readonly begins: Said;
  readonly ends: Said;
  /** It fires again, later than it ended. */
  readonly again?: Said;
}

const read = (path: string) => JSON.parse(fixture(path)) as Record<string, unknown>;
const prometheus = (path: string, status: string): Said => {
  const body = read(path) as { alerts: object[] };
  return { body: { ...body, alerts: body.alerts.slice(0, 1).map((alert) => ({ ...alert, status })) } };
};
const sentAt = (time: string) => String(Date.parse(time) / 1000);
const BEGAN = '2026-11-20T03:05:00.000Z';
const ENDED = '2026-11-20T03:08:00.000Z';
const AGAIN = '2026-11-20T03:11:00.000Z';

const datadog = (transition: string, time: string): Said => ({
  body: { ...read('datadog/triggered'), transition, date_ms: String(Date.parse(time)) },
});
const pagerduty = (type: string, time: string): Said => {
  const { event } = read('pagerduty/triggered') as { event: { data: object } };
  const data = { ...event.data, created_at: BEGAN };
  return { body: { event: { ...event, id: `${type} ${time}`, event_type: type, occurred_at: time, data } } };
};
const cloudwatch = (NewStateValue: string, time: string): Said => ({
  body: anAlarm({ MessageId: time }, { NewStateValue, StateChangeTime: time.replace('Z', '+0000') }),
});
const sentryRule = (datetime: string): Said => {
  const body = read('sentry/issue-alert') as { data: { event: object } };
  const event = { ...body.data.event, datetime, received: undefined };
  return {
    body: { ...body, data: { ...body.data, event } },
    headers: { 'sentry-hook-resource': 'event_alert', 'sentry-hook-timestamp': sentAt(datetime) },
  };
};
const sentryIssue = (time: string): Said => ({
  body: read('sentry/issue-resolved'),
  headers: { 'sentry-hook-resource': 'issue', 'sentry-hook-timestamp': sentAt(time) },
});
const sentryMetric = (action: string, time: string): Said => {
  const body = read('sentry/metric-alert') as { data: { metric_alert: object } };
  const metric = { ...body.data.metric_alert, date_started: BEGAN };
  return {
    body: { ...body, action, data: { ...body.data, metric_alert: metric } },
    headers: { 'sentry-hook-resource': 'metric_alert', 'sentry-hook-timestamp': sentAt(time) },
  };
};
const cloudEvent = (status: string, time: string): Said => ({
  body: { specversion: '1.0', id: time, source: '/a', type: 'x', time, data: { id: 'refunds', status } },
});
const webhook = (status: string, time: string): Said => ({
  body: { type: 'x', timestamp: time, data: { id: 'refunds', status } },
  headers: { 'webhook-id': `${status} ${time}` },
});
const generic = (status: string): Said => ({
  body: { alerts: [{ id: 'a', status, startsAt: BEGAN, title: 'x' }] },
});

const PAIRS: Readonly<Record<string, readonly [AlertFormat, Pair]>> = {
  Alertmanager: [
    'alertmanager',
    {
      begins: prometheus('alertmanager/firing', 'firing'),
      ends: prometheus('alertmanager/firing', 'resolved'),
    },
  ],
  Grafana: [
    'grafana',
    { begins: prometheus('grafana/firing', 'firing'), ends: prometheus('grafana/firing', 'resolved') },
  ],
  Datadog: [
    'datadog',
    {
      begins: datadog('Triggered', BEGAN),
      ends: datadog('Recovered', ENDED),
      again: datadog('Triggered', AGAIN),
    },
  ],
  PagerDuty: [
    'pagerduty',
    {
      begins: pagerduty('incident.triggered', BEGAN),
      ends: pagerduty('incident.resolved', ENDED),
      again: pagerduty('incident.reopened', AGAIN),
    },
  ],
  CloudWatch: [
    'cloudwatch',
    { begins: cloudwatch('ALARM', BEGAN), ends: cloudwatch('OK', ENDED), again: cloudwatch('ALARM', AGAIN) },
  ],
  'an issue of Sentry': [
    'sentry',
    { begins: sentryRule(BEGAN), ends: sentryIssue(ENDED), again: sentryRule(AGAIN) },
  ],
  'a metric of Sentry': [
    'sentry',
    { begins: sentryMetric('critical', BEGAN), ends: sentryMetric('resolved', ENDED) },
  ],
  CloudEvents: [
    'cloudevents',
    {
      begins: cloudEvent('firing', BEGAN),
      ends: cloudEvent('resolved', ENDED),
      again: cloudEvent('firing', AGAIN),
    },
  ],
  'Standard Webhooks': [
    'standard-webhooks',
    { begins: webhook('firing', BEGAN), ends: webhook('resolved', ENDED), again: webhook('firing', AGAIN) },
  ],
  'our own format': ['generic', { begins: generic('firing'), ends: generic('resolved') }],
};

const opened = () => openHttpDesk({ registry: withSource('pagerduty', { onlyKnownAgents: false }) });

async function send(desk: HttpDesk, format: AlertFormat, { body, headers = {} }: Said): Promise<string> {
  const answer = await desk.ask({
    method: 'POST',
    url: `/v1/alerts/${format}`,
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${BOOTSTRAP}`, ...headers },
  });
  expect(answer.statusCode).toBe(200);
  const { outcomes } = answer.json<{ outcomes: { outcome: string }[] }>();
  return outcomes.map(({ outcome }) => outcome).join();
}

const isFiring = async (desk: HttpDesk): Promise<boolean[]> => {
  const { incident } = await readIncident(desk.deps.store, 'INC-1');
  return incident.alerts.map(({ resolvedAt }) => resolvedAt === null);
};

describe.each(Object.entries(PAIRS))('%s', (_name, [format, { begins, ends, again }]) => {
  it('is over where its end overtook its beginning, and has its incident all the same', async () => {
    const desk = await opened();

    const outcomes = [await send(desk, format, ends), await send(desk, format, begins)];

    expect(outcomes).toEqual(['ignored', 'opened']);
    expect(await isFiring(desk)).toEqual([false]);
  });

  it('stays over where its beginning is told once more, late', async () => {
    const desk = await opened();
    await send(desk, format, begins);
    const ended = await send(desk, format, ends);

    const late = await send(desk, format, { ...begins, body: { ...begins.body, retried: true } });

    expect([ended, late.replace('repeated', '')]).toEqual(['resolved', '']);
    expect(await isFiring(desk)).toEqual([false]);
  });

  it.runIf(again)('fires on where the end of the episode before comes last', async () => {
    const desk = await opened();
    await send(desk, format, begins);
    await send(desk, format, again ?? begins);

    const late = await send(desk, format, ends);

    expect(late).toBe('ignored');
    expect((await isFiring(desk)).at(-1)).toBe(true);
  });
});
