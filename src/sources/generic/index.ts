import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import { dedupKeyOf } from '../dedup-key.js';
import { filled } from '../label.js';
import { createNoteTaker, type NoteTaker } from '../note-taker.js';
import type { Source, SourceContext } from '../types.js';
import { GenericBody, type GenericAlert } from './schema.js';

/** Haltline's own format, for whatever can post JSON. */
export const generic: Source = {
  name: 'generic',
  schema: {
    ...z.toJSONSchema(GenericBody, { io: 'input' }),
    title: 'Haltline alerts, generic format',
    examples: [
      {
        alerts: [
          {
            id: 'refund-without-review/billing-agent',
            status: 'firing',
            startsAt: '2026-11-20T10:00:00Z',
            title: 'A refund was sent without review',
            agent: 'billing-agent',
            tripwire: 'outcome',
            actionAt: '2026-11-20T09:58:12Z',
          },
        ],
      },
    ],
  },
  recognises: (body) =>
    z.object({ alerts: z.array(z.looseObject({ id: z.string() })) }).safeParse(body).success,
  parse: (body, _headers, context) => {
    const { alerts } = GenericBody.parse(body);
    const taker = createNoteTaker();
    return {
      alerts: alerts.map((alert) => asAlert(alert, context, taker)),
      truncated: 0,
      notes: taker.notes,
    };
  },
};

function asAlert(alert: GenericAlert, { source }: SourceContext, taker: NoteTaker): Alert {
  const { startsAt, severity } = alert;
  const dedupKey = dedupKeyOf(source, `${alert.id}:${startsAt}`);
  return {
    source,
    dedupKey,
    status: alert.status,
    startsAt,
    actionAt: taker.time(dedupKey, 'actionAt', alert.actionAt),
    signalAt: taker.time(dedupKey, 'signalAt', alert.signalAt),
    agentId: filled(alert.agent),
    tool: filled(alert.tool),
    actionClass: filled(alert.actionClass),
    tripwire: alert.tripwire ?? null,
    ...(severity && { severity }),
    title: alert.title,
    summary: alert.summary,
    link: taker.link(dedupKey, 'link', alert.link),
    labels: alert.labels,
  };
}
