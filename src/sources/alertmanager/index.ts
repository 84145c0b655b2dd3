import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { prometheusAlert } from '../prometheus-alert.js';
import { readWhatCan } from '../read-each.js';
import type { Source } from '../types.js';
import { AlertmanagerBody } from './schema.js';

/** Prometheus Alertmanager. Each alert counts by itself. It cannot sign, but it can send our token, as a bearer or by `basic_auth`. */
export const alertmanager: Source = {
  name: 'alertmanager',
  schema: z.toJSONSchema(AlertmanagerBody, { io: 'input' }),
  recognises: (body) =>
    z.object({ version: z.literal('4'), alerts: z.array(z.unknown()) }).safeParse(body).success,
  parse: (body, _headers, context) => {
    refuseGrafana(body);
    return readWhatCan(AlertmanagerBody, body, (alert, taker) => {
      const read = prometheusAlert(alert, context, taker);
      return { ...read, link: taker.link(read.dedupKey, 'generatorURL', alert.generatorURL) };
    });
  },
};

const Grafana = z.union([z.object({ version: z.literal('1') }), z.object({ orgId: z.number() })]);

/** Grafana's contact point looks the same and means other things. */
function refuseGrafana(body: unknown): void {
  if (!Grafana.safeParse(body).success) return;
  throw new DomainError(
    'invalid-input',
    'This is the webhook of Grafana (version "1"), not of Alertmanager (version "4"): post it to /v1/alerts/grafana.',
  );
}
