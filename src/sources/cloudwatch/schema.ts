import { z } from 'zod';

const envelope = {
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().max(500),
  Message: z.string(),
  Timestamp: z.string().max(100),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().max(2_000),
  SigningCertURL: z.string().max(1_000),
};

/** What Amazon SNS posts, signed. The alarm is JSON inside the text `Message`. */
export const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ ...envelope, Type: z.literal('Notification'), Subject: z.string().nullish() }),
  z.object({
    ...envelope,
    Type: z.enum(['SubscriptionConfirmation', 'UnsubscribeConfirmation']),
    Token: z.string().max(2_000),
    SubscribeURL: z.string().max(4_000),
  }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

const Dimension = z.object({ name: z.string(), value: z.string() });
const Metric = z.object({
  MetricName: z.string().nullish(),
  Namespace: z.string().nullish(),
  Dimensions: z.array(Dimension).nullish(),
});

/**
 * A CloudWatch alarm as it reaches a topic. A composite alarm has no `Trigger`; one over several metrics lists them; one
 * over a query that groups fires for each contributor by itself.
 */
export const CloudWatchAlarm = z.object({
  AlarmName: z.string().min(1).max(300),
  AlarmArn: z.string().max(600).nullish(),
  AlarmDescription: z.string().nullish(),
  AWSAccountId: z.string().nullish(),
  Region: z.string().nullish(),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string().nullish(),
  StateChangeTime: z.string().nullish(),
  AlarmContributorId: z.string().max(200).nullish(),
  AlarmContributorAttributes: z.record(z.string(), z.string()).nullish(),
  Trigger: Metric.extend({
    Metrics: z.array(z.object({ MetricStat: z.object({ Metric }).nullish() })).nullish(),
  }).nullish(),
});
export type CloudWatchAlarm = z.infer<typeof CloudWatchAlarm>;
