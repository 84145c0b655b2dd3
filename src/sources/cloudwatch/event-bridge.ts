/**
 * The same alarms by way of EventBridge: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 * Inside a message of SNS, or posted by an API destination, which sends our token.
 */
import { z } from 'zod';
import { CloudWatchAlarm } from './schema.js';

const STATE_CHANGES: ReadonlySet<string> = new Set([
  'CloudWatch Alarm State Change',
  'CloudWatch Alarm Contributor State Change',
]);

const Metric = z.object({
  name: z.string().nullish(),
  namespace: z.string().nullish(),
  dimensions: z.record(z.string(), z.string()).nullish(),
});

/** An event of CloudWatch; those that are no change of state are noted. */
export const AlarmEvent = z.object({
  source: z.literal('aws.cloudwatch'),
  id: z.string().min(1).max(200),
  'detail-type': z.string().max(200),
  account: z.string().nullish(),
  region: z.string().nullish(),
  time: z.string().nullish(),
  resources: z.array(z.string()).nullish(),
  detail: z.object({
    alarmName: z.string(),
    alarmContributor: z
      .object({ id: z.string().max(200), attributes: z.record(z.string(), z.string()).nullish() })
      .nullish(),
    state: z.object({
      value: z.string(),
      reason: z.string().nullish(),
      timestamp: z.string().nullish(),
    }),
    configuration: z
      .object({
        description: z.string().nullish(),
        metrics: z
          .array(z.object({ metricStat: z.object({ metric: Metric.nullish() }).nullish() }))
          .nullish(),
      })
      .nullish(),
  }),
});
export type AlarmEvent = z.infer<typeof AlarmEvent>;

/** Does it say that an alarm changed its state, not that somebody changed the alarm? */
export function isStateChange(event: AlarmEvent): boolean {
  return STATE_CHANGES.has(event['detail-type']);
}

/** In the words that SNS has for it, so that both ways are the same alert. Throws a ZodError for a state that is none. */
export function alarmOf({ account, region, time, resources, detail }: AlarmEvent): CloudWatchAlarm {
  const { alarmName, alarmContributor, state, configuration } = detail;
  const metrics = (configuration?.metrics ?? []).flatMap(({ metricStat }) => metricStat?.metric ?? []);
  return CloudWatchAlarm.parse({
    AlarmName: alarmName,
    AlarmArn: resources?.[0],
    AlarmDescription: configuration?.description,
    AWSAccountId: account,
    Region: region,
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: state.timestamp ?? time,
    AlarmContributorId: alarmContributor?.id,
    AlarmContributorAttributes: alarmContributor?.attributes,
    Trigger: {
      Metrics: metrics.map(({ name, namespace, dimensions }) => ({
        MetricStat: {
          Metric: {
            MetricName: name,
            Namespace: namespace,
            Dimensions: Object.entries(dimensions ?? {}).map(([key, value]) => ({ name: key, value })),
          },
        },
      })),
    },
  });
}
