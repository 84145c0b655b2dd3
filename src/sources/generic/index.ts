import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import { createNoteTaker, type NoteTaker } from '../note-taker.js';
import type { Source } from '../types.js';
import { GenericBody, type GenericAlert } from './schema.js';

const NAME = 'generic';

/** Haltline's own format, for whatever can post JSON. */
export const generic: Source = {
  name: NAME,
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
  parse: (body) => {
    const { alerts } = GenericBody.parse(body);
    const taker = createNoteTaker();
    return { alerts: alerts.map((alert) => asAlert(alert, taker)), truncated: 0, notes: taker.notes };
  },
};

function asAlert(alert: GenericAlert, taker: NoteTaker): Alert {
  const { startsAt } = alert;
  const dedupKey = `${NAME}:${alert.id}:${startsAt}`;
  return {
    source: NAME,
    dedupKey,
    status: alert.status,
    startsAt,
    actionAt: taker.time(dedupKey, 'actionAt', alert.actionAt),
    signalAt: taker.time(dedupKey, 'signalAt', alert.signalAt),
    agentId: filled(alert.agent),
    tool: filled(alert.tool),
    actionClass: filled(alert.actionClass),
    tripwire: alert.tripwire ?? null,
    title: alert.title,
    summary: alert.summary,
    link: taker.link(dedupKey, 'link', alert.link),
    labels: alert.labels,
  };
}

function filled(text: string | null | undefined): string | null {
  return text?.trim() || null;
}
