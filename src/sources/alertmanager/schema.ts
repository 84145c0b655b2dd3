import { z } from 'zod';
import { PrometheusAlert } from '../prometheus-alert.js';

/**
 * Prometheus Alertmanager's webhook, version "4": https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * Unknown keys are ignored: newer versions add some.
 */
export const AlertmanagerBody = z.object({
  version: z.literal('4').default('4'),
  truncatedAlerts: z.number().int().nonnegative().nullish(),
  alerts: z.array(PrometheusAlert),
});
