/** One alert as Alertmanager describes it, which Grafana does as well. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Alert } from '../core/alert.js';
import { canonicalJson } from '../core/canonical-json.js';
import { dedupKeyOf } from './dedup-key.js';
import { filled, labelled } from './label.js';
import type { NoteTaker } from './note-taker.js';
import { readLabels } from './read-labels.js';
import { severityOf } from './severity-word.js';
import { StartTime } from './start-time.js';
import type { SourceContext } from './types.js';

/** Texts, by what Alertmanager promises; what a template or a proxy made of one is read as text all the same. */
const Text = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? '' : String(value)));
const Texts = z.record(z.string(), Text).nullish();

/** The fields we use of one alert; `endsAt` is not among them, for senders write a zero time or a guess there. */
export const PrometheusAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: Texts,
  annotations: Texts,
  startsAt: StartTime,
  generatorURL: z.string().nullish(),
  fingerprint: z.string().max(128).nullish(),
});
export type PrometheusAlert = z.infer<typeof PrometheusAlert>;

/**
 * By its fingerprint; the same fingerprint with a new `startsAt` is a new episode. Annotations: `summary`,
 * `description`, and `action_at` and `signal_at` for the first two links of the detection chain.
 */
export function prometheusAlert(
  alert: PrometheusAlert,
  context: SourceContext,
  taker: NoteTaker,
): Omit<Alert, 'link'> {
  const { startsAt } = alert;
  const labels = alert.labels ?? {};
  const annotations = alert.annotations ?? {};
  const dedupKey = dedupKeyOf(context.source, `${alert.fingerprint || fingerprintOf(labels)}:${startsAt}`);
  const alertNames = [labelled(labels, 'alertname'), labelled(labels, 'rulename')];
  const severity = severityOf(labelled(labels, 'severity'));
  return {
    source: context.source,
    dedupKey,
    status: alert.status,
    startsAt,
    actionAt: taker.time(dedupKey, 'annotations.action_at', annotations['action_at']),
    signalAt: taker.time(dedupKey, 'annotations.signal_at', annotations['signal_at']),
    ...readLabels(labels, { context, dedupKey, taker, alertNames }),
    ...(severity && { severity }),
    title:
      filled(annotations['summary']) ?? alertNames.find((name) => name !== null) ?? 'Alert without a name',
    summary: annotations['description'] ?? '',
    labels,
  };
}

/** Senders hash the label set; where one leaves the hash out, so do we. */
function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(canonicalJson(labels)).digest('hex').slice(0, 16);
}
