/**
 * A source is an address that outside systems post alerts to: a format, and what `runbooks/sources.yml` says about it.
 * Every format has a source of its own name, whether or not the file mentions it.
 */
import type { ActionClassName } from './action-class.js';
import type { TripwireName } from './alert.js';

/** The formats there are; `src/sources/registry.ts` holds one reader each. */
export const ALERT_FORMATS = [
  'alertmanager',
  'grafana',
  'datadog',
  'pagerduty',
  'cloudwatch',
  'sentry',
  'cloudevents',
  'standard-webhooks',
  'generic',
] as const;
export type AlertFormat = (typeof ALERT_FORMATS)[number];

/** What of an alert may be read from its labels, under names of the operator's choice. */
export const MAPPED = ['agent', 'tool', 'class', 'tripwire'] as const;
export type Mapped = (typeof MAPPED)[number];

/** One line of the mapping: what holds for the alerts that it fits. */
export interface MappingRule {
  /** Label → the text it must have, with `*` for any; all of them must fit. `title` is what the alert says in a line. */
  readonly when: Readonly<Record<string, string>>;
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  readonly class?: ActionClassName | undefined;
  readonly tripwire?: TripwireName | undefined;
  /** True: such an alert is no concern of ours. It is answered, and not taken. */
  readonly ignore: boolean;
}

/** One source of `runbooks/sources.yml`. */
export interface SourceSettings {
  /** The last part of `/v1/alerts/:source`. */
  readonly name: string;
  readonly format: AlertFormat;
  /** Labels to look into, in this order, before those that the format itself knows. */
  readonly labels: Readonly<Partial<Record<Mapped, readonly string[]>>>;
  /** The first that fits counts, and before any label. */
  readonly rules: readonly MappingRule[];
  /** True: an alert about no agent of agents.yml is answered and noted, and opens nothing. */
  readonly onlyKnownAgents: boolean;
  /** True: it may say who has a page of ours, which ends the paging. Otherwise it may only raise alerts. */
  readonly isPager: boolean;
  /** How old a signed post may be; null for what the format itself allows. */
  readonly toleranceSeconds: number | null;
  /** Grafana: the headers that its contact point was told to use; null for its own. */
  readonly signatureHeader: string | null;
  readonly timestampHeader: string | null;
  /** CloudWatch: the SNS topics that may post here. */
  readonly topics: readonly string[];
}

/** The source that a format has without a word in sources.yml. */
export function plainSource(format: AlertFormat): SourceSettings {
  return {
    name: format,
    format,
    labels: {},
    rules: [],
    onlyKnownAgents: format === 'pagerduty',
    isPager: format === 'pagerduty',
    toleranceSeconds: null,
    signatureHeader: null,
    timestampHeader: null,
    topics: [],
  };
}

/** What a sender hears that says who has a page and may only raise alerts. */
export const NO_PAGER =
  'This source is no pager: write `pager: true` for it in sources.yml, and give it a secret of its own.';
