/** Payloads as strangers send them: nothing that can be understood is lost for what cannot. */
import { describe, expect, it } from 'vitest';
import type { AlertFormat } from '../../src/core/source-settings.js';
import { decodeJson } from '../../src/sources/decode-json.js';
import { FORMATS } from '../../src/sources/registry.js';
import type { ParsedAlerts } from '../../src/sources/types.js';
import { fixture } from '../support/posts.js';

const CONTEXT = {
  source: 's',
  alertNames: new Map([['AgentSpendRate', 'cost-rate' as const]]),
  now: '2026-11-20T12:00:00.000Z',
};
const parse = (format: AlertFormat, body: unknown): ParsedAlerts => FORMATS[format].parse(body, {}, CONTEXT);
const generic = (change: object): ParsedAlerts =>
  parse('generic', { alerts: [{ id: 'a', startsAt: '2026-11-20T10:00:00Z', title: 'x', ...change }] });
const notesOf = ({ notes }: ParsedAlerts) => notes.map(({ note, unread = false }) => [note, unread]);

describe('our own format', () => {
  it('takes an alert with keys that it does not know, and tells the poster of each', () => {
    const read = generic({ actionat: '2026-11-20T09:00:00Z', extra: { deep: [] } });

    expect(read.alerts).toMatchObject([{ dedupKey: 's:a:2026-11-20T10:00:00.000Z', actionAt: null }]);
    expect(notesOf(read)).toEqual([
      ['I know no "actionat": ignored.', true],
      ['I know no "extra": ignored.', true],
    ]);
  });

  it('reads severity as others word it, and a word that promises nothing as unknown', () => {
    const [critical, odd] = [generic({ severity: 'critical' }), generic({ severity: 'page' })];

    expect([critical.alerts[0]?.severity, odd.alerts[0]?.severity]).toEqual(['sev1', undefined]);
    expect([notesOf(critical), notesOf(odd).length]).toEqual([[], 1]);
  });

  it('finds agent and tripwire in labels and in the name of the rule, and its own words before those', () => {
    const labels = { agent: 'billing-agent', alertname: 'AgentSpendRate', amount: 881 };

    expect(generic({ labels }).alerts).toMatchObject([
      { agentId: 'billing-agent', tripwire: 'cost-rate', labels: { ...labels, amount: '881' } },
    ]);
    expect(generic({ labels, agent: 'support-agent', tripwire: 'outcome' }).alerts).toMatchObject([
      { agentId: 'support-agent', tripwire: 'outcome' },
    ]);
  });
});

it.each(['alertmanager', 'grafana'] as const)('%s may leave labels and annotations empty', (format) => {
  const alert = { status: 'firing', startsAt: '2026-11-20T10:00:00Z', labels: null, annotations: null };

  const { alerts, truncated } = parse(format, { alerts: [alert, alert], truncatedAlerts: null });

  expect(alerts).toMatchObject([{ agentId: null, labels: {} }, { title: 'Alert without a name' }]);
  expect([parse(format, { alerts: [] }).alerts, truncated]).toEqual([[], 0]);
});

describe.each(['alertmanager', 'grafana'] as const)('a group of %s', (format) => {
  const good = { status: 'firing', startsAt: '2026-11-20T10:00:00Z', labels: { agent: 'billing-agent' } };
  const bad = { ...good, startsAt: '0001-01-01T00:00:00Z' };

  it('is not lost for one alert in it that cannot be read, and whoever runs the server hears of that one', () => {
    const read = parse(format, { alerts: [good, bad, { ...good, labels: { agent: 'other' } }] });

    expect(read.alerts.map(({ agentId }) => agentId)).toEqual(['billing-agent', 'other']);
    expect(read.notes).toEqual([
      {
        dedupKey: null,
        note: expect.stringMatching(/^alerts\/1 is lost.*startsAt must be/),
        unread: true,
        isLoud: true,
      },
    ]);
  });

  it('is refused where none of it can be read, or where the body is no group', () => {
    expect(() => parse(format, { alerts: [bad] })).toThrow(/began to fire/);
    expect(() => parse(format, { alerts: [good], version: '7' })).toThrow();
    expect(() => parse(format, { alerts: 'none' })).toThrow();
  });

  it('may have labels that a template has turned into numbers', () => {
    const labels = { agent: 'billing-agent', shard: 7, canary: true, none: null };

    expect(parse(format, { alerts: [{ ...good, labels }] }).alerts[0]?.labels).toEqual({
      agent: 'billing-agent',
      shard: '7',
      canary: 'true',
      none: '',
    });
  });
});

it.each([
  ['critical', 'sev1'],
  ['CRIT', 'sev1'],
  ['SEV-1', 'sev1'],
  ['Sev 2', 'sev2'],
  ['P0', 'sev1'],
  ['major', 'sev2'],
  ['err', 'sev2'],
  ['WARN', 'sev3'],
  ['page', undefined],
  ['info', undefined],
  ['constructor', undefined],
])('the severity %s is %s', (severity, expected) => {
  expect(generic({ severity }).alerts[0]?.severity).toBe(expected);
});

it('PagerDuty’s urgency counts where no priority says how bad it is', () => {
  const body = JSON.parse(fixture('pagerduty/triggered')) as { event: { data: object } };
  const severityOf = (change: object) => {
    const event = { ...body.event, data: { ...body.event.data, ...change } };
    return parse('pagerduty', { event }).alerts[0]?.severity;
  };

  expect(severityOf({ priority: null, urgency: 'high' })).toBe('sev2');
  expect(severityOf({ priority: { summary: 'P1' }, urgency: 'low' })).toBe('sev1');
  expect(severityOf({ priority: null, urgency: null })).toBeUndefined();
});

it.each([
  ['triggered', ['firing']],
  ['acknowledged', ['firing']],
  ['resolved', []],
])('PagerDuty’s new priority makes an incident that is %s worse', (status, expected) => {
  const body = JSON.parse(fixture('pagerduty/triggered')) as { event: { data: object } };
  const data = { ...body.event.data, status, priority: { summary: 'P1' } };

  const { alerts } = parse('pagerduty', {
    event: { ...body.event, event_type: 'incident.priority_updated', data },
  });

  expect(alerts.map((alert) => alert.status)).toEqual(expected);
  expect(alerts.every(({ severity }) => severity === 'sev1')).toBe(true);
});

it.each([
  ['2026-11-20t10:00:00.5z', '2026-11-20T10:00:00.500Z'],
  ['2026-11-20 10:00:00+02:00', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T10:00:00.123456789-07:00', '2026-11-20T17:00:00.123Z'],
])('%s is a time by RFC 3339', (startsAt, expected) => {
  expect(generic({ startsAt }).alerts[0]?.startsAt).toBe(expected);
});

it.each(['2026-11-20T10:00:00', '2026-11-20', '20 Nov 2026', '1795169520'])('%s is none', (startsAt) => {
  expect(() => generic({ startsAt })).toThrow(/RFC 3339/);
});

it('Datadog’s type counts where no priority says how bad it is', () => {
  const body = JSON.parse(fixture('datadog/triggered')) as object;
  const severityOf = (change: object) => parse('datadog', { ...body, ...change }).alerts[0]?.severity;

  expect(severityOf({ priority: '$ALERT_PRIORITY', type: 'error' })).toBe('sev2');
  expect(severityOf({ priority: 'P1', type: 'warning' })).toBe('sev1');
  expect(severityOf({ priority: 'P4', type: 'error' })).toBeUndefined();
  expect(severityOf({ priority: 'normal', type: 'error' })).toBe('sev2');
});

it.each(['Resolved', 'OK'])('Datadog’s %s is the end that its pages call Recovered', (transition) => {
  const body = JSON.parse(fixture('datadog/triggered')) as object;

  expect(parse('datadog', { ...body, transition }).alerts[0]).toMatchObject({
    status: 'resolved',
    endsAt: new Date(1_795_169_520_000).toISOString(),
  });
});

it('Sentry’s event has not happened after Sentry had heard of it, whatever the clock of its program says', () => {
  const body = JSON.parse(fixture('sentry/issue-alert')) as { data: { event: object } };
  const startOf = (change: object) => {
    const data = { ...body.data, event: { ...body.data.event, ...change } };
    return parse('sentry', { ...body, data }).alerts[0]?.startsAt;
  };
  const received = Date.parse('2026-11-20T03:10:44.396Z') / 1000;

  expect(startOf({ datetime: '2026-11-20T04:00:00Z', received })).toBe('2026-11-20T03:10:44.396Z');
  expect(startOf({ datetime: '2026-11-20T03:00:00Z', received })).toBe('2026-11-20T03:00:00.000Z');
  expect(startOf({ datetime: '2026-11-20T04:00:00Z', received: 'soon' })).toBe('2026-11-20T04:00:00.000Z');
});

it('Sentry’s header, which nobody signs, says when something ended only where that can be true', () => {
  const body: unknown = JSON.parse(fixture('sentry/issue-resolved'));
  const endOf = (time: string) => {
    const headers = { 'sentry-hook-timestamp': String(Date.parse(time) / 1000) };
    return FORMATS.sentry.parse(body, headers, CONTEXT).alerts[0]?.endsAt;
  };

  expect(endOf('2026-11-20T11:55:00Z')).toBe('2026-11-20T11:55:00.000Z');
  expect(endOf('2027-11-20T11:55:00Z')).toBe(CONTEXT.now);
});

it('Sentry loses no alert for a tag that is none', () => {
  const body = JSON.parse(fixture('sentry/issue-alert')) as { data: { event: object } };
  const tags = [['agent', 'support-agent'], ['half'], null, { key: 'x' }, ['none', null]];
  const event = { ...body.data.event, tags };

  expect(parse('sentry', { ...body, data: { ...body.data, event } }).alerts).toMatchObject([
    { agentId: 'support-agent' },
  ]);
});

describe('a CloudEvent', () => {
  const event = (change: object) =>
    parse('cloudevents', { specversion: '1.0', id: '1', source: '/a', type: 'x.alert', ...change }).alerts[0];

  it('may carry a picture, which says nothing that we could read', () => {
    const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]).toString('base64');

    expect(event({ datacontenttype: 'image/png', data_base64: picture })).toMatchObject({ status: 'firing' });
  });

  it('has data in base64 for JSON where nothing says what it is, if it can be', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');

    expect(event({ data_base64: base64('{"agent":"billing-agent"}') })).toMatchObject({
      agentId: 'billing-agent',
    });
    expect(event({ data_base64: base64('no JSON') })).toMatchObject({ status: 'firing', agentId: null });
  });

  it.each([
    [{ severitytext: 'FATAL', severitynumber: 21 }, 'sev1'],
    [{ severitynumber: 17 }, 'sev2'],
    [{ severitynumber: 9 }, undefined],
    [{ severitynumber: 99_999 }, undefined],
    [{ data: { level: 'critical' } }, 'sev1'],
  ])('may say how bad it is by the extension for that: %j', (change, severity) => {
    expect(event(change)?.severity).toBe(severity);
  });

  it('has text that only looks like JSON for text', () => {
    expect(event({ datacontenttype: 'application/json', data: '{never closed' })).toMatchObject({
      title: 'x.alert',
    });
  });
});

it.each([{ data: null }, { data: [] }, { data: 'text' }, { data: 7 }])(
  'a message by Standard Webhooks may have %j',
  (change) => {
    expect(parse('standard-webhooks', { type: 'x.alert', ...change }).alerts).toMatchObject([
      { status: 'firing' },
    ]);
  },
);

it.each([
  ['cloudevents', { specversion: '1.0', id: '1', source: '/a', type: 'x', time: 'noon' }],
  ['standard-webhooks', { type: 'x', timestamp: 1_795_169_520 }],
] as const)('%s with a time that cannot be read began when it came, and says so', (format, body) => {
  const read = parse(format, body);

  expect(read.alerts).toMatchObject([{ startsAt: CONTEXT.now }]);
  expect(notesOf(read)).toContainEqual([
    'The time of the event is not an RFC 3339 time: read as unknown.',
    true,
  ]);
});

it('a body is looked through once, however its quotation marks stand', { timeout: 5_000 }, () => {
  const body = Buffer.from(`"${'\\"'.repeat(500_000)}`);

  expect(() => decodeJson(body)).toThrow('valid JSON');
});
