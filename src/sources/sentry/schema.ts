import { z } from 'zod';

const Id = z.union([z.string().min(1).max(200), z.number().int()]).transform(String);
const Text = z.string().nullish();

/** An event that a rule of Sentry fired for. */
export const SentryEvent = z.object({
  issue_id: Id.nullish(),
  event_id: Text,
  level: Text,
  datetime: Text,
  /** When it reached Sentry, in seconds. */
  received: z.number().nullish().catch(null),
  title: Text,
  message: Text,
  /** One that is no pair of texts is left out: no alert is lost for it. */
  tags: z
    .array(z.tuple([z.string(), z.string().nullable()]).rest(z.unknown()).nullable().catch(null))
    .nullish(),
  web_url: Text,
  project: z.union([z.string(), z.number()]).nullish(),
});

/** A rule over figures. */
export const SentryMetricAlert = z.object({
  id: Id,
  identifier: z.union([z.string(), z.number()]).nullish(),
  date_started: Text,
  date_detected: Text,
  alert_rule: z.object({ name: Text }).nullish(),
  projects: z.array(z.string()).nullish().catch(null),
});

export const SentryIssue = z.object({
  id: Id,
  title: Text,
  level: Text,
  firstSeen: Text,
  lastSeen: Text,
  culprit: Text,
  web_url: Text,
  permalink: Text,
  project: z.object({ slug: Text }).nullish(),
});

/** What an integration of Sentry posts. `Sentry-Hook-Resource` says which of the three it is; others are noted. */
export const SentryBody = z.object({
  action: z.string().max(100),
  data: z.looseObject({
    event: z.unknown().optional(),
    metric_alert: z.unknown().optional(),
    issue: z.unknown().optional(),
    triggered_rule: Text,
    description_title: Text,
    description_text: Text,
    web_url: Text,
  }),
});
export type SentryBody = z.infer<typeof SentryBody>;
