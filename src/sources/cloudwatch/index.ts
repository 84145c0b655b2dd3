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
import { CloudWatchAlarm, SnsMessage } from './schema.js';
import { snsSignature } from './signature.js';

/** CloudWatch alarms by way of an Amazon SNS topic, which confirms its subscription here by itself. */
export const cloudwatch: Source = {
  name: 'cloudwatch',
  schema: z.toJSONSchema(SnsMessage, { io: 'input' }),
  recognises: (body) => SnsMessage.safeParse(body).success,
  parse: (body, _headers, context) => {
    if (CloudWatchAlarm.safeParse(body).success)
      throw new DomainError(
        'invalid-input',
        'This is the alarm without the envelope of SNS: turn raw message delivery off for this subscription.',
      );
    const message = SnsMessage.parse(body);
    return { ...readMessage(message, context), truncated: 0, deliveryId: message.MessageId };
  },
  signature: snsSignature,
  // SNS says text/plain.
  accepts: (type) => /^\s*(?:$|text\/plain\b|application\/json\b)/i.test(type),
  shakeHands: async (offer, { settings, web }) => {
    const url = settings.topics.includes(offer.topic) ? confirmationUrl(offer) : undefined;
    if (url === undefined)
      throw new DomainError(
        'invalid-input',
        'This subscription is not confirmed: its topic must be in `topics` of this source in sources.yml, and SubscribeURL an address of Amazon SNS.',
      );
    await web.get(url);
    return 'The subscription is confirmed.';
  },
};

function readMessage(
  message: SnsMessage,
  context: SourceContext,
): Pick<ParsedAlerts, 'alerts' | 'notes' | 'handshake'> {
  const taker = createNoteTaker();
  if (message.Type === 'SubscriptionConfirmation')
    return { alerts: [], notes: [], handshake: { url: message.SubscribeURL, topic: message.TopicArn } };
  if (message.Type === 'UnsubscribeConfirmation') {
    taker.add(null, 'The subscription has ended: no alarm of this topic will come any more.');
    return { alerts: [], notes: taker.notes };
  }
  const alarm = CloudWatchAlarm.safeParse(parseJson(message.Message, 'Message'));
  if (!alarm.success)
    throw new DomainError(
      'invalid-input',
      'Message is not a CloudWatch alarm: subscribe this address to topics of alarms only.',
    );
  const alerts = alertsOf(alarm.data, { context, taker, sentAt: message.Timestamp });
  return { alerts, notes: taker.notes };
}

interface Reading {
  readonly context: SourceContext;
  readonly taker: NoteTaker;
  readonly sentAt: string;
}

/** One alert an alarm; none where it lacks data, which is neither firing nor quiet. */
function alertsOf(alarm: CloudWatchAlarm, { context, taker, sentAt }: Reading): Alert[] {
  const { AWSAccountId: account, Region: region, AlarmName: name } = alarm;
  const dedupKey = dedupKeyOf(context.source, alarm.AlarmArn ?? `${account ?? ''}:${region ?? ''}:${name}`);
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

/** The dimensions of its metrics, then what the alarm says of itself; the first of a name counts. */
function labelsOf({
  Trigger: trigger,
  AWSAccountId,
  Region,
  AlarmName,
}: CloudWatchAlarm): Record<string, string> {
  const metrics = [trigger, ...(trigger?.Metrics ?? []).map((each) => each.MetricStat?.Metric)];
  const labels = new Map<string, string>();
  const add = (name: string, value: string | null | undefined): void => {
    if (value && name !== '__proto__' && !labels.has(name)) labels.set(name, value);
  };
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
