/** What each format means by its words; that bodies are read at all is in sources.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Alert, TripwireName } from '../../src/core/alert.js';
import type { AlertFormat } from '../../src/core/source-settings.js';
import { FORMATS } from '../../src/sources/registry.js';
import type { ParsedAlerts } from '../../src/sources/types.js';
import { fixture } from '../support/posts.js';

const NAMES: readonly (readonly [string, TripwireName])[] = [
  ['AgentSpendRate', 'cost-rate'],
  ['AgentCallRate', 'action-rate'],
  ['AgentUndeclaredTool', 'authorisation'],
];
const CONTEXT = { source: 's', alertNames: new Map(NAMES), now: '2026-11-20T12:00:00.000Z' };

const parse = (format: AlertFormat, body: unknown, headers = {}): ParsedAlerts =>
  FORMATS[format].parse(body, headers, CONTEXT);
const changed = (path: string, change: object): Record<string, unknown> => ({
  ...(JSON.parse(fixture(path)) as object),
  ...change,
});
const first = ({ alerts }: ParsedAlerts): Alert | undefined => alerts[0];

describe('Grafana', () => {
  it('is read like Alertmanager, with its panel for a link and its figures for want of a description', () => {
    expect(first(parse('grafana', JSON.parse(fixture('grafana/firing'))))).toMatchObject({
      dedupKey: 's:1f2e3d4c5b6a7988:2026-11-20T10:00:00.000Z',
      agentId: 'billing-agent',
      tripwire: 'cost-rate',
      severity: 'sev1',
      link: 'https://grafana.example/d/agents?orgId=1&viewPanel=4',
      summary: expect.stringContaining('value=41.2'),
    });
  });

  it('sends what Alertmanager posts to where it can be read', () => {
    expect(() => parse('grafana', JSON.parse(fixture('alertmanager/firing')))).toThrow(
      /alerts\/alertmanager/,
    );
  });
});

describe('Datadog', () => {
  const post = (change: object) => parse('datadog', changed('datadog/triggered', change));

  it('is one alert by its cycle, its tags for labels, its numbers in text', () => {
    expect(first(post({}))).toMatchObject({
      dedupKey: 's:6a2f0f3be1a84b6f9f1d8c7e5a4b3c2d',
      status: 'firing',
      startsAt: new Date(1_795_169_520_000).toISOString(),
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      tripwire: 'cost-rate',
      severity: 'sev1',
      labels: { agent: 'billing-agent', monitor: '', monitor_id: '1234567', priority: 'P1' },
    });
  });

  it.each([
    ['Triggered', 'firing', 0],
    ['Warn', 'firing', 0],
    ['No Data', 'firing', 0],
    ['Re-Triggered', 'firing', 1],
    ['Re-Warn', 'firing', 1],
    ['Re-No Data', 'firing', 1],
    ['Renotify', 'firing', 1],
    ['Null', 'firing', 1],
    ['Recovered', 'resolved', 0],
  ])('%s is %s', (transition, status, notes) => {
    const parsed = post({ transition });

    expect(first(parsed)?.status).toBe(status);
    expect(parsed.notes).toHaveLength(notes);
  });

  it('takes a variable that Datadog did not know for nothing', () => {
    expect(first(post({ cycle_key: '$ALERT_CYCLE_KEY', link: '$LINK' }))).toMatchObject({
      dedupKey: 's:9bd4ac313a4d1e8fae2482df7b77628',
      link: null,
    });
    expect(first(post({ cycle_key: '', aggreg_key: '' }))?.dedupKey).toBe('s:1234567:agent:billing-agent');
  });

  it('says what is missing where nothing tells which alert it is, or when it was', () => {
    const empty = { cycle_key: '', aggreg_key: '', monitor_id: '', id: '' };

    expect(() => post(empty)).toThrow(/datadog-template\.json/);
    expect(() => post({ date_ms: 'today' })).toThrow(/\$DATE/);
    expect(() => post({ v: '2' })).toThrow(/datadog-template\.json/);
  });

  it('ships a payload that has every variable that is read', () => {
    const template = JSON.parse(readFileSync('runbooks/datadog-template.json', 'utf8')) as object;
    const { properties } = FORMATS.datadog.schema as { properties: object };

    expect(Object.keys(template)).toEqual(expect.arrayContaining(Object.keys(properties)));
    expect(JSON.stringify(template).match(/"\$[A-Z_]+"/g)?.length).toBe(17);
  });
});

describe('CloudWatch', () => {
  const alarm = (change: object): ParsedAlerts => {
    const sent = JSON.parse(fixture('cloudwatch/alarm')) as { Message: string };
    return parse('cloudwatch', {
      ...sent,
      Message: JSON.stringify({ ...(JSON.parse(sent.Message) as object), ...change }),
    });
  };

  it('is one alert an alarm, its dimensions for labels', () => {
    expect(first(alarm({}))).toMatchObject({
      dedupKey: 's:arn:aws:cloudwatch:eu-west-1:123456789012:alarm:agent-spend',
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      startsAt: '2026-11-20T03:11:30.123Z',
      title: 'agent-spend',
      labels: { metric: 'AgentSpend', namespace: 'Agents', account: '123456789012', region: 'EU (Ireland)' },
    });
  });

  it('says when it ended, for SNS does not keep the order', () => {
    const [over] = alarm({ NewStateValue: 'OK' }).alerts;

    expect(over).toMatchObject({ status: 'resolved', endsAt: '2026-11-20T03:11:30.123Z' });
    expect(first(alarm({}))).not.toHaveProperty('endsAt');
  });

  it('may be over several metrics', () => {
    const Dimensions = [{ name: 'agent', value: 'support-agent' }];
    const Metric = { MetricName: 'Calls', Namespace: 'Agents', Dimensions };

    const trigger = { Metrics: [{ Expression: 'm1*2' }, { Id: 'm1', MetricStat: { Metric, Stat: 'Sum' } }] };

    expect(first(alarm({ Trigger: trigger }))).toMatchObject({
      agentId: 'support-agent',
      labels: { metric: 'Calls' },
    });
  });

  it('began when SNS sent it, where the alarm does not say', () => {
    expect(first(alarm({ StateChangeTime: null }))?.startsAt).toBe('2026-11-20T03:11:31.000Z');
  });

  it('refuses what is no alarm, with what to do', () => {
    expect(() => alarm({ NewStateValue: 'PANIC' })).toThrow(/not a CloudWatch alarm/);
    expect(() => parse('cloudwatch', changed('cloudwatch/alarm', { Message: 'hello' }))).toThrow(
      /Message must be/,
    );
    const { Message } = JSON.parse(fixture('cloudwatch/alarm')) as { Message: string };
    expect(() => parse('cloudwatch', JSON.parse(Message))).toThrow(/raw message delivery/);
  });
});

describe('Sentry', () => {
  it('has its tags for labels, and the rule for a name', () => {
    const parsed = parse('sentry', JSON.parse(fixture('sentry/issue-alert')), { 'request-id': 'r1' });

    expect(first(parsed)).toMatchObject({
      dedupKey: 's:issue:1117540176',
      agentId: 'support-agent',
      tripwire: 'authorisation',
      severity: 'sev2',
      startsAt: '2026-11-20T03:10:44.396Z',
    });
  });

  it('is the same delivery with the same words only: nobody signs the header that names it', () => {
    const deliveryOf = (action: string) =>
      parse('sentry', changed('sentry/issue-alert', { action }), { 'request-id': 'r1' }).deliveryId;

    expect(deliveryOf('triggered')).toBe(deliveryOf('triggered'));
    expect(deliveryOf('triggered')).not.toBe(deliveryOf('resolved'));
  });

  it('began when it was sent, where an event has no time that can be read', () => {
    const data = { event: { issue_id: 7, datetime: 'noon' } };
    const body = changed('sentry/issue-alert', { data });

    expect(first(parse('sentry', body, { 'sentry-hook-timestamp': '1795169520' }))?.startsAt).toBe(
      new Date(1_795_169_520_000).toISOString(),
    );
    expect(first(parse('sentry', body))?.startsAt).toBe(CONTEXT.now);
  });

  it.each([
    ['critical', 'firing', 'sev1'],
    ['warning', 'firing', 'sev3'],
    ['resolved', 'resolved', undefined],
  ])('a metric alert that is %s is %s', (action, status, severity) => {
    const alert = first(parse('sentry', changed('sentry/metric-alert', { action })));

    expect([alert?.status, alert?.severity, alert?.tripwire]).toEqual([status, severity, 'action-rate']);
  });

  it.each(['created', 'unresolved', 'assigned'])('an issue that is %s is noted', (action) => {
    const parsed = parse('sentry', changed('sentry/issue-resolved', { action }));

    expect([parsed.alerts, parsed.notes.length]).toEqual([[], 1]);
  });
});

describe('an event in general', () => {
  const event = (data: object, change: object = {}): Alert | undefined =>
    first(
      parse('cloudevents', {
        specversion: '1.0',
        id: '1',
        source: '/a',
        type: 'x.alert',
        time: '2026-11-20T03:00:00Z',
        data,
        ...change,
      }),
    );

  it.each([
    [{ status: 'Resolved' }, 'x.firing', 'resolved'],
    [{ state: 'ok' }, 'x.firing', 'resolved'],
    [{}, 'com.example.alert.resolved', 'resolved'],
    [{}, 'com.example/closed', 'resolved'],
    [{ status: 'firing' }, 'x.resolved', 'firing'],
    [{}, 'x.unresolved', 'firing'],
  ])('%j of the type %s is %s', (data, type, status) => {
    expect(event(data, { type })?.status).toBe(status);
  });

  it('is another alert of another sender, although their data have the same identity', () => {
    expect(event({ id: 'a' })?.dedupKey).toBe('s:/a a');
    expect(event({ id: 'a' }, { source: '/b' })?.dedupKey).toBe('s:/b a');
    expect(event({ id: 'a', startsAt: '2026-11-20T02:00:00Z' })?.dedupKey).toBe(
      's:/a a:2026-11-20T02:00:00.000Z',
    );
  });

  it('has whatever is text, a number or a truth for labels', () => {
    const labels = { team: 'payments', type: 'of the label' };
    const alert = event(
      { amount: 881, refunded: true, list: [1], labels },
      { severity: 'critical', subject: 'refund/881' },
    );

    expect(alert?.labels).toEqual({
      amount: '881',
      refunded: 'true',
      team: 'payments',
      type: 'of the label',
      severity: 'critical',
      subject: 'refund/881',
      source: '/a',
      specversion: '1.0',
    });
    expect([alert?.severity, alert?.title]).toEqual(['sev1', 'x.alert · refund/881']);
  });

  it('may be longer than a key may be, and still be told from others', () => {
    const [one, other] = ['a', 'b'].map((end) => event({}, { id: `${'x'.repeat(1_999)}${end}` })?.dedupKey);

    expect(one).toMatch(/^s:sha256:[0-9a-f]{64}$/);
    expect(other).not.toBe(one);
  });
});

describe('PagerDuty', () => {
  it('names its agent, its incident, and the keys that may be ours', () => {
    const { reports } = parse('pagerduty', JSON.parse(fixture('pagerduty/resolved')));

    expect(reports).toEqual([
      {
        pager: 'pagerduty',
        news: 'resolved',
        at: '2026-11-20T03:11:22.169Z',
        incident: null,
        dedupKeys: ['s:PGR0VU2', 'd3640fbd41094207a1c11e58e46b1662'],
        reference: 'PGR0VU2',
        beganAt: '2026-11-20T03:11:21.000Z',
        agent: { id: 'PLH1HKV', name: 'A responder' },
      },
    ]);
  });

  it('fires again from when it was reopened, not from when it was made', () => {
    const { event } = JSON.parse(fixture('pagerduty/resolved')) as { event: object };
    const occurred = '2026-11-20T04:00:00.000Z';

    const reopened = parse('pagerduty', {
      event: { ...event, event_type: 'incident.reopened', occurred_at: occurred },
    });

    expect(first(reopened)).toMatchObject({ status: 'firing', startsAt: occurred });
  });
});
