import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import { DomainError } from '../../core/errors.js';
import { parseJson } from '../decode-json.js';
import { dedupKeyOf } from '../dedup-key.js';
import { instantOfAws } from '../instant.js';
import { createNoteTaker, type NoteTaker } from '../note-taker.js';
import { readLabels } from '../read-labels.js';
import type { ParsedAlerts, Source, SourceContext } from '../types.js';
import { confirmationUrl } from './addresses.js';
import { AlarmEvent, alarmOf, isStateChange } from './event-bridge.js';
import { CloudWatchAlarm, SnsMessage } from './schema.js';
import { snsSignature } from './signature.js';

/**
 * CloudWatch alarms by way of an Amazon SNS topic, which confirms its subscription here by itself, or of EventBridge: inside
 * a message of SNS, or from an API destination with our token.
 */
export const cloudwatch: Source = {
  name: 'cloudwatch',
  schema: z.toJSONSchema(z.union([SnsMessage, AlarmEvent]), { io: 'input' }),
  recognises: (body) => SnsMessage.safeParse(body).success || AlarmEvent.safeParse(body).success,
  parse: (body, _headers, context) => {
    if (CloudWatchAlarm.safeParse(body).success)
      throw new DomainError(
        'invalid-input',
        'This is the alarm without the envelope of SNS: turn raw message delivery off for this subscription.',
      );
    const event = AlarmEvent.safeParse(body);
    if (event.success)
      return { ...readAlarm(body, { context, sentAt: '' }), truncated: 0, deliveryId: event.data.id };
    const message = SnsMessage.parse(body);
    return { ...readMessage(message, context), truncated: 0, deliveryId: message.MessageId };
  },
  signature: snsSignature,
  // SNS says text/plain.
  accepts: (type) => /^\s*(?:$|text\/plain\b|application\/json\b)/i.test(type),
  shakeHands: async (offer, { settings, web, hasToken }) => {
    // Where no topics are named, whoever has a token says which: what it posts is believed by that alone.
    const isOurs = settings.topics.includes(offer.topic) || (hasToken && settings.topics.length === 0);
    const url = isOurs ? confirmationUrl(offer) : undefined;
    if (url === undefined)
      throw new DomainError(
        'invalid-input',
        'This subscription is not confirmed: its topic must be in `topics` of this source in sources.yml, and SubscribeURL an address of Amazon SNS.',
      );
    await web.get(url);
    return 'The subscription is confirmed.';
  },
};

type Read = Pick<ParsedAlerts, 'alerts' | 'notes' | 'handshake'>;

function readMessage(message: SnsMessage, context: SourceContext): Read {
  if (message.Type === 'SubscriptionConfirmation')
    return { alerts: [], notes: [], handshake: { url: message.SubscribeURL, topic: message.TopicArn } };
  if (message.Type === 'UnsubscribeConfirmation') {
    const taker = createNoteTaker();
    taker.loud('The subscription has ended: no alarm of this topic will come any more.');
    return { alerts: [], notes: taker.notes };
  }
  return readAlarm(parseJson(message.Message, 'Message'), { context, sentAt: message.Timestamp });
}

function readAlarm(body: unknown, { context, sentAt }: Omit<Reading, 'taker'>): Read {
  const taker = createNoteTaker();
  const event = AlarmEvent.safeParse(body);
  if (event.success && !isStateChange(event.data)) {
    taker.add(null, 'It says that an alarm was changed, not that it changed its state: noted.');
    return { alerts: [], notes: taker.notes };
  }
  const alarm = event.success ? alarmOf(event.data) : CloudWatchAlarm.safeParse(body).data;
  if (alarm === undefined)
    throw new DomainError(
      'invalid-input',
      'Message is not a CloudWatch alarm: subscribe this address to topics of alarms only.',
    );
  const alerts = alertsOf(alarm, { context, taker, sentAt });
  return { alerts, notes: taker.notes };
}

interface Reading {
  readonly context: SourceContext;
  readonly taker: NoteTaker;
  readonly sentAt: string;
}

/** One alert an alarm; none where it lacks data, which is neither firing nor quiet. */
function alertsOf(alarm: CloudWatchAlarm, { context, taker, sentAt }: Reading): Alert[] {
  const { AWSAccountId: account, Region: region, AlarmName: name, AlarmContributorId: contributor } = alarm;
  const rest = alarm.AlarmArn ?? `${account ?? ''}:${region ?? ''}:${name}`;
  const dedupKey = dedupKeyOf(context.source, contributor ? `${rest} ${contributor}` : rest);
  if (alarm.NewStateValue === 'INSUFFICIENT_DATA') {
    taker.add(dedupKey, 'INSUFFICIENT_DATA is neither firing nor resolved: noted.');
    return [];
  }
  const labels = labelsOf(alarm);
  const startsAt = instantOfAws(alarm.StateChangeTime ?? '') ?? instantOfAws(sentAt);
  if (startsAt === null)
    throw new DomainError(
      'invalid-input',
      'Neither StateChangeTime nor Timestamp is a time: nobody knows when it fired.',
    );
  const isOver = alarm.NewStateValue === 'OK';
  return [
    {
      source: context.source,
      dedupKey,
      status: isOver ? 'resolved' : 'firing',
      startsAt,
      // SNS does not keep the order: this says which episode is over.
      ...(isOver && { endsAt: startsAt }),
      actionAt: null,
      signalAt: null,
      ...readLabels(labels, { context, dedupKey, taker, alertNames: [name] }),
      title: name,
      summary: [alarm.AlarmDescription, alarm.NewStateReason].filter((text) => !!text).join('\n'),
      link: null,
      labels,
    },
  ];
}

/** What it groups by, the dimensions of its metrics, then what the alarm says of itself; the first of a name counts. */
function labelsOf({
  Trigger: trigger,
  AlarmContributorAttributes: attributes,
  AWSAccountId,
  Region,
  AlarmName,
}: CloudWatchAlarm): Record<string, string> {
  const metrics = [trigger, ...(trigger?.Metrics ?? []).map((each) => each.MetricStat?.Metric)];
  const labels = new Map<string, string>();
  const add = (name: string, value: string | null | undefined): void => {
    if (value && name !== '__proto__' && !labels.has(name)) labels.set(name, value);
  };
  for (const [name, value] of Object.entries(attributes ?? {})) add(name, value);
  for (const metric of metrics) {
    for (const { name, value } of metric?.Dimensions ?? []) add(name, value);
    add('metric', metric?.MetricName);
    add('namespace', metric?.Namespace);
  }
  add('alarm', AlarmName);
  add('account', AWSAccountId);
  add('region', Region);
  return Object.fromEntries(labels);
}
