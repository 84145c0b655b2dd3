import { z } from 'zod';
import { PrometheusAlert } from '../prometheus-alert.js';

/** What Grafana adds to an alert, as far as we use it. */
export const GrafanaAlert = PrometheusAlert.extend({
  panelURL: z.string().nullish(),
  dashboardURL: z.string().nullish(),
  /** The figures that the rule compared, as text. */
  valueString: z.string().nullish(),
});
export type GrafanaAlert = z.infer<typeof GrafanaAlert>;

/** The webhook of a Grafana contact point: Alertmanager's shape, but version "1" and an organisation. */
export const GrafanaBody = z.object({
  version: z
    .literal('1', 'must be "1": post what Alertmanager itself sends to /v1/alerts/alertmanager')
    .default('1'),
  truncatedAlerts: z.number().int().nonnegative().nullish(),
  alerts: z.array(GrafanaAlert),
});
