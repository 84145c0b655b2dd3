import { z } from 'zod';
import type { Alert } from '../../core/alert.js';
import { dedupKeyOf } from '../dedup-key.js';
import { filled } from '../label.js';
import type { NoteTaker } from '../note-taker.js';
import { readEach } from '../read-each.js';
import { readLabels } from '../read-labels.js';
import { severityOf } from '../severity-word.js';
import type { Source, SourceContext } from '../types.js';
import { GenericAlert, GenericBody } from './schema.js';

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
  parse: (body, _headers, context) =>
    readEach(GenericBody.parse(body), (alert, taker) => asAlert(alert, context, taker)),
};

function asAlert(alert: GenericAlert, context: SourceContext, taker: NoteTaker): Alert {
  const { startsAt, labels, title } = alert;
  const dedupKey = dedupKeyOf(context.source, `${alert.id}:${startsAt}`);
  tellUnknown(alert, dedupKey, taker);
  return {
    source: context.source,
    dedupKey,
    status: alert.status,
    startsAt,
    actionAt: taker.time(dedupKey, 'actionAt', alert.actionAt),
    signalAt: taker.time(dedupKey, 'signalAt', alert.signalAt),
    ...readLabels(namedIn(alert), { context, dedupKey, taker, alertNames: [labels['alertname'], title] }),
    ...severityIn(alert, dedupKey, taker),
    title,
    summary: alert.summary,
    link: taker.link(dedupKey, 'link', alert.link),
    labels,
  };
}

/** What the alert says by itself counts before its labels of the same names. */
function namedIn({ labels, agent, tool, actionClass, tripwire }: GenericAlert): Record<string, string> {
  const own = { agent, tool, action_class: actionClass, tripwire };
  const said = Object.entries(own).flatMap(([name, text]) => (filled(text) ? [[name, text ?? '']] : []));
  return { ...labels, ...Object.fromEntries(said) };
}

function severityIn(
  { severity: word }: GenericAlert,
  dedupKey: string,
  taker: NoteTaker,
): Pick<Alert, 'severity'> {
  const severity = severityOf(word);
  if (severity !== undefined) return { severity };
  if (filled(word) !== null)
    taker.unread(dedupKey, 'severity is neither sev1 to sev3 nor a word like critical: left out.');
  return {};
}

const MOST_TOLD = 5;

/** A misspelt `actionAt` must not become an unknown time without anybody's hearing of it. */
function tellUnknown(alert: GenericAlert, dedupKey: string, taker: NoteTaker): void {
  const unknown = Object.keys(alert).filter((name) => !Object.hasOwn(GenericAlert.shape, name));
  for (const name of unknown.slice(0, MOST_TOLD))
    taker.unread(dedupKey, `I know no ${JSON.stringify(name.slice(0, 60))}: ignored.`);
}
