/** Alarms of CloudWatch in all the ways in which they come. */
import { describe, expect, it } from 'vitest';
import { certificateUrl, confirmationUrl } from '../../src/sources/cloudwatch/addresses.js';
import { cloudwatch } from '../../src/sources/cloudwatch/index.js';
import type { ParsedAlerts } from '../../src/sources/types.js';
import { fixture } from '../support/posts.js';

const CONTEXT = { source: 's', alertNames: new Map(), now: '2026-11-20T12:00:00.000Z' };
const parse = (body: unknown): ParsedAlerts => cloudwatch.parse(body, {}, CONTEXT);
const sns = (path: string, change: object = {}): ParsedAlerts => {
  const sent = JSON.parse(fixture(path)) as { Message: string };
  return parse({
    ...sent,
    Message: JSON.stringify({ ...(JSON.parse(sent.Message) as object), ...change }),
  });
};
const EVENT = JSON.parse(fixture('cloudwatch/event-bridge')) as { detail: { state: object } };

describe('an alarm over a query that groups', () => {
  const contributor = (id: string, agent: string, NewStateValue: string) =>
    sns('cloudwatch/contributor', {
      AlarmContributorId: id,
      AlarmContributorAttributes: { agent },
      NewStateValue,
    }).alerts[0];

  it('is one alert for each contributor, whose attributes are its labels', () => {
    expect(sns('cloudwatch/contributor').alerts).toMatchObject([
      {
        dedupKey: 's:arn:aws:cloudwatch:eu-west-1:123456789012:alarm:calls-by-agent 6d442278dba546f6',
        agentId: 'billing-agent',
        status: 'firing',
        startsAt: '2026-11-20T03:11:30.123Z',
      },
    ]);
  });

  it('is not over because one of its contributors is', () => {
    const [billing, support] = [
      contributor('1', 'billing-agent', 'ALARM'),
      contributor('2', 'support-agent', 'OK'),
    ];

    expect(support?.status).toBe('resolved');
    expect(support?.dedupKey).not.toBe(billing?.dedupKey);
  });
});

describe('an alarm by way of EventBridge', () => {
  it('is the same alert as by way of SNS', () => {
    const [direct, bySns] = [parse(EVENT).alerts[0], sns('cloudwatch/alarm').alerts[0]];

    expect(direct).toMatchObject({
      dedupKey: bySns?.dedupKey,
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      startsAt: '2026-11-20T03:11:30.123Z',
      title: 'agent-spend',
    });
    expect(direct?.summary).toContain('Thresholds Crossed');
    expect(parse(EVENT).deliveryId).toBe('daafc9f1-bddd-c6c9-83af-74971fcfc4ef');
  });

  it('may come inside a message of SNS', () => {
    const sent = JSON.parse(fixture('cloudwatch/alarm')) as object;

    expect(parse({ ...sent, Message: JSON.stringify(EVENT) }).alerts).toEqual(parse(EVENT).alerts);
  });

  it.each([
    ['OK', [{ status: 'resolved', endsAt: '2026-11-20T03:11:30.123Z' }]],
    ['INSUFFICIENT_DATA', []],
  ])('%s is what it is by SNS', (value, alerts) => {
    const state = { ...EVENT.detail.state, value };

    expect(parse({ ...EVENT, detail: { ...EVENT.detail, state } }).alerts).toMatchObject(alerts);
  });

  it('fires for each contributor by itself', () => {
    const alarmContributor = { id: 'c1', attributes: { agent: 'support-agent' } };
    const event = {
      ...EVENT,
      'detail-type': 'CloudWatch Alarm Contributor State Change',
      detail: { ...EVENT.detail, alarmContributor },
    };

    expect(parse(event).alerts).toMatchObject([
      { dedupKey: expect.stringMatching(/ c1$/), agentId: 'support-agent' },
    ]);
  });

  it('is noted where somebody has changed the alarm', () => {
    const changed = parse({ ...EVENT, 'detail-type': 'CloudWatch Alarm Configuration Change' });

    expect([changed.alerts, changed.notes.length]).toEqual([[], 1]);
  });

  it('is refused where it is of another service, or its state is none', () => {
    const state = { value: 'PANIC' };

    expect(() => parse({ ...EVENT, source: 'aws.ec2' })).toThrow();
    expect(() => parse({ ...EVENT, detail: { ...EVENT.detail, state } })).toThrow();
  });
});

describe('the addresses of SNS', () => {
  const hosts = [
    'sns.us-east-1.amazonaws.com',
    'sns.us-gov-west-1.amazonaws.com',
    'sns.ap-southeast-2.amazonaws.com',
    'sns.cn-northwest-1.amazonaws.com.cn',
    'sns.eusc-de-east-1.amazonaws.eu',
  ];
  const strangers = [
    'sns.eusc-de-east-1.amazonaws.com',
    'sns.us-east-1.amazonaws.eu',
    'sns.us-east-1.amazonaws.com.evil.example',
    'sns.us-east-1.amazonaws.com.au',
    'sns-us-east-1.amazonaws.com',
    'evil.sns.us-east-1.amazonaws.com',
    'sns.eusc-de-east-1.amazonaws.eu.evil.example',
  ];
  const asked = (host: string) => [
    certificateUrl(`https://${host}/SimpleNotificationService-0123.pem`)?.host,
    confirmationUrl({ url: `https://${host}/?Action=ConfirmSubscription&TopicArn=t&Token=1`, topic: 't' })
      ?.host,
  ];

  it.each(hosts)('are those of %s', (host) => expect(asked(host)).toEqual([host, host]));
  it.each(strangers)('are not those of %s', (host) => expect(asked(host)).toEqual([undefined, undefined]));
});
