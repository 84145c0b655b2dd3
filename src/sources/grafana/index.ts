import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import type { NoteTaker } from '../note-taker.js';
import { prometheusAlert } from '../prometheus-alert.js';
import { readWhatCan } from '../read-each.js';
import type { Source, SourceContext } from '../types.js';
import { GrafanaBody, type GrafanaAlert } from './schema.js';
import { grafanaSignature } from './signature.js';

/** Grafana Alerting, webhook contact point. */
export const grafana: Source = {
  name: 'grafana',
  schema: z.toJSONSchema(GrafanaBody, { io: 'input' }),
  recognises: (body) =>
    z.object({ version: z.literal('1'), alerts: z.array(z.unknown()) }).safeParse(body).success,
  parse: (body, _headers, context) =>
    readWhatCan(GrafanaBody, body, (alert, taker) => asAlert(alert, context, taker)),
  signature: grafanaSignature,
};

function asAlert(alert: GrafanaAlert, context: SourceContext, taker: NoteTaker): Alert {
  const read = prometheusAlert(alert, context, taker);
  const url = alert.panelURL || alert.dashboardURL || alert.generatorURL;
  return {
    ...read,
    summary: read.summary || (alert.valueString ?? ''),
    link: taker.link(read.dedupKey, 'the link', url),
  };
}
