import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TripwireName, type Alert } from '../../core/alert.js';
import { canonicalJson } from '../../core/canonical-json.js';
import { DomainError } from '../../core/errors.js';
import { createNoteTaker, type NoteTaker } from '../note-taker.js';
import type { Source, SourceContext } from '../types.js';
import { AlertmanagerBody, type AlertmanagerAlert } from './schema.js';

const NAME = 'alertmanager';

/**
 * Prometheus Alertmanager. Each alert counts by itself, by its fingerprint; the same fingerprint with a new
 * `startsAt` is a new episode. `labels`: `agent`, `tool`, `action_class` (or `class`), `tripwire`. `annotations`:
 * `summary`, `description`, and `action_at` and `signal_at` for the first two links of the detection chain.
 */
export const alertmanager: Source = {
  name: NAME,
  schema: z.toJSONSchema(AlertmanagerBody, { io: 'input' }),
  parse: (body, _headers, context) => {
    refuseGrafana(body);
    const { alerts, truncatedAlerts } = AlertmanagerBody.parse(body);
    const taker = createNoteTaker();
    return {
      alerts: alerts.map((alert) => asAlert(alert, context, taker)),
      truncated: truncatedAlerts,
      notes: taker.notes,
    };
  },
};

function asAlert(alert: AlertmanagerAlert, context: SourceContext, taker: NoteTaker): Alert {
  const { labels, annotations, startsAt } = alert;
  const dedupKey = `${NAME}:${alert.fingerprint || fingerprintOf(labels)}:${startsAt}`;
  return {
    source: NAME,
    dedupKey,
    status: alert.status,
    startsAt,
    actionAt: taker.time(dedupKey, 'annotations.action_at', annotations['action_at']),
    signalAt: taker.time(dedupKey, 'annotations.signal_at', annotations['signal_at']),
    agentId: filled(labels['agent']),
    tool: filled(labels['tool']),
    actionClass: filled(labels['action_class']) ?? filled(labels['class']),
    tripwire: tripwireOf(alert, context, { dedupKey, taker }),
    title: filled(annotations['summary']) ?? filled(labels['alertname']) ?? 'Alert without a name',
    summary: annotations['description'] ?? '',
    link: taker.link(dedupKey, 'generatorURL', alert.generatorURL),
    labels,
  };
}

function tripwireOf(
  { labels }: AlertmanagerAlert,
  { alertNames }: SourceContext,
  { dedupKey, taker }: { readonly dedupKey: string; readonly taker: NoteTaker },
): TripwireName | null {
  const byName = alertNames.get(labels['alertname'] ?? '') ?? null;
  const label = filled(labels['tripwire']);
  if (label === null) return byName;
  const parsed = TripwireName.safeParse(label);
  if (parsed.success) return parsed.data;
  taker.add(dedupKey, `labels.tripwire is none of ${TripwireName.options.join(', ')}: left out.`);
  return byName;
}

/** Alertmanager hashes the label set; where a sender leaves the hash out, so do we. */
function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  return createHash('sha256').update(canonicalJson(labels)).digest('hex').slice(0, 16);
}

function filled(text: string | undefined): string | null {
  return text?.trim() || null;
}

const Grafana = z.union([z.object({ version: z.literal('1') }), z.object({ orgId: z.number() })]);

/** Grafana's contact point looks the same and means other things. */
function refuseGrafana(body: unknown): void {
  if (!Grafana.safeParse(body).success) return;
  throw new DomainError(
    'invalid-input',
    'This is the webhook of Grafana (version "1"), not of Alertmanager (version "4"), and means other things. ' +
      'Post to /v1/alerts/generic, in the shape that /v1/sources/generic/schema describes.',
  );
}
