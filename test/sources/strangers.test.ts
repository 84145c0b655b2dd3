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

it('Datadog’s type counts where no priority says how bad it is', () => {
  const body = JSON.parse(fixture('datadog/triggered')) as object;
  const severityOf = (change: object) => parse('datadog', { ...body, ...change }).alerts[0]?.severity;

  expect(severityOf({ priority: '$ALERT_PRIORITY', type: 'error' })).toBe('sev2');
  expect(severityOf({ priority: 'P1', type: 'warning' })).toBe('sev1');
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

  it('has text that only looks like JSON for text', () => {
    expect(event({ datacontenttype: 'application/json', data: '{never closed' })).toMatchObject({
      title: 'x.alert',
    });
  });
});

it('a body is looked through once, however its quotation marks stand', { timeout: 5_000 }, () => {
  const body = Buffer.from(`"${'\\"'.repeat(500_000)}`);

  expect(() => decodeJson(body)).toThrow('valid JSON');
});
