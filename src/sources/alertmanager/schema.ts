import { z } from 'zod';
import { StartTime } from '../start-time.js';

const Texts = z.record(z.string(), z.string());

/** The fields we use of one alert; `endsAt` is not among them, for Alertmanager writes a zero time or a guess there. */
export const AlertmanagerAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Texts.default({}),
  annotations: Texts.default({}),
  startsAt: StartTime,
  generatorURL: z.string().nullish(),
  fingerprint: z.string().max(128).nullish(),
});
export type AlertmanagerAlert = z.infer<typeof AlertmanagerAlert>;

/**
 * Prometheus Alertmanager's webhook, version "4": https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * Unknown keys are ignored: newer versions add some.
 */
export const AlertmanagerBody = z.object({
  version: z.literal('4').default('4'),
  truncatedAlerts: z.number().int().nonnegative().default(0),
  alerts: z.array(AlertmanagerAlert),
});
