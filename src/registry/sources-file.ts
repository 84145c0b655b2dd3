import { z } from 'zod';
import { ActionClassName } from '../core/action-class.js';
import { TripwireName } from '../core/alert.js';
import {
  ALERT_FORMATS,
  plainSource,
  type AlertFormat,
  type SourceSettings,
} from '../core/source-settings.js';

const Line = z.string().trim().min(1).max(150);
const LabelNames = z.array(Line).min(1).max(20);
const Name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/u, 'write up to 40 small letters, digits and hyphens, like grafana-prod');
const Header = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,100}$/u, 'write the name of an HTTP header, like X-Grafana-Alerting-Timestamp');
const Topic = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/u,
    'write the ARN of an SNS topic, like arn:aws:sns:eu-west-1:123456789012:agents',
  );

const Rule = z
  .strictObject({
    when: z
      .record(Line, z.union([z.string().max(500), z.number(), z.boolean()]).transform(String))
      .refine((when) => Object.keys(when).length > 0, 'write at least one label and the text it must have'),
    agent: z.string().optional(),
    tool: Line.optional(),
    class: ActionClassName.optional(),
    tripwire: TripwireName.optional(),
    ignore: z.boolean().default(false),
  })
  .refine(
    ({ agent, tool, class: actionClass, tripwire, ignore }) =>
      ignore || [agent, tool, actionClass, tripwire].some((each) => each !== undefined),
    'say what follows from it: agent, tool, class, tripwire, or ignore: true',
  );

const CAN_BE_PAGERS: ReadonlySet<AlertFormat> = new Set(['pagerduty', 'standard-webhooks']);

const Source = z
  .strictObject({
    name: Name,
    format: z.enum(ALERT_FORMATS),
    labels: z
      .strictObject({ agent: LabelNames, tool: LabelNames, class: LabelNames, tripwire: LabelNames })
      .partial()
      .default({}),
    rules: z.array(Rule).max(1000).default([]),
    onlyKnownAgents: z.boolean().optional(),
    pager: z.boolean().optional(),
    toleranceSeconds: z.number().int().positive().max(86_400).optional(),
    signatureHeader: Header.optional(),
    timestampHeader: Header.optional(),
    topics: z.array(Topic).max(100).default([]),
  })
  .refine(({ name, format }) => name === format || !ALERT_FORMATS.some((other) => other === name), {
    path: ['name'],
    error: 'write another name: this one is that of another format',
  })
  .refine(({ pager, format }) => pager !== true || CAN_BE_PAGERS.has(format), {
    path: ['pager'],
    error: 'leave it out: only sources of the formats pagerduty and standard-webhooks say who has a page',
  });

/** `sources.yml`, which may be missing: then each format has the source of its own name. */
export const SourcesFile = z.strictObject({ sources: z.array(Source).default([]) });

/** All sources by name: those of the file, and the plain one of each format that the file does not rename. */
export function sourcesOf({ sources }: z.output<typeof SourcesFile>): ReadonlyMap<string, SourceSettings> {
  const plain = ALERT_FORMATS.map((format) => [format, plainSource(format)] as const);
  const written = sources.map((source) => [source.name, settingsOf(source)] as const);
  return new Map<string, SourceSettings>([...plain, ...written]);
}

function settingsOf({ pager, ...source }: z.output<typeof Source>): SourceSettings {
  const plain = plainSource(source.format);
  return {
    ...plain,
    ...source,
    onlyKnownAgents: source.onlyKnownAgents ?? plain.onlyKnownAgents,
    isPager: pager ?? plain.isPager,
    toleranceSeconds: source.toleranceSeconds ?? null,
    signatureHeader: source.signatureHeader ?? null,
    timestampHeader: source.timestampHeader ?? null,
    labels: presentOf(source.labels),
  };
}

/** Without the keys that nobody wrote. */
function presentOf(labels: z.output<typeof Source>['labels']): SourceSettings['labels'] {
  const { agent, tool, class: actionClass, tripwire } = labels;
  return {
    ...(agent && { agent }),
    ...(tool && { tool }),
    ...(actionClass && { class: actionClass }),
    ...(tripwire && { tripwire }),
  };
}
