/**
 * One event for PagerDuty's Events API v2: https://developer.pagerduty.com/docs/events-api-v2/overview/
 * Nothing in it names a person or repeats what an alert says.
 */
import type { Severity } from '../../core/severity.js';
import type { PagerMessage } from '../types.js';

/** The limits of the API. A longer summary would be cut there; a larger event is refused whole. */
const LONGEST_SUMMARY = 1024;
const LONGEST_KEY = 255;
const LARGEST_EVENT = 512 * 1024;
/** Far more than an address needs; what is longer is left out rather than cut, for a cut link leads astray. */
const LONGEST_LINK = 2048;
const MOST_LINKS = 10;

const SEVERITY: Readonly<Record<Severity, 'critical' | 'error' | 'warning'>> = {
  sev1: 'critical',
  sev2: 'error',
  sev3: 'warning',
};

/** The body to post. */
export function eventOf(message: PagerMessage, routingKey: string): string {
  const common = {
    routing_key: routingKey,
    event_action: message.verb,
    dedup_key: clip(message.dedupKey, LONGEST_KEY),
  };
  if (message.verb !== 'trigger') return JSON.stringify(common);
  const whole = JSON.stringify({ ...common, ...described(message), links: linksOf(message) });
  if (Buffer.byteLength(whole) <= LARGEST_EVENT) return whole;
  return JSON.stringify({ ...common, payload: payloadOf(message) });
}

function described(message: PagerMessage): object {
  return { payload: { ...payloadOf(message), custom_details: detailsOf(message) }, client: 'Haltline' };
}

function payloadOf({ summary, agent, tripwire, severity, at }: PagerMessage): object {
  return {
    summary: clip(summary, LONGEST_SUMMARY),
    source: 'haltline',
    severity: SEVERITY[severity],
    timestamp: at,
    ...(agent === null ? {} : { component: clip(agent, LONGEST_KEY) }),
    ...(tripwire === null ? {} : { class: tripwire }),
  };
}

function detailsOf(message: PagerMessage): object {
  const { incident, severity, agent, tripwire, role, attempt, openedAt, actionAt, triggeredAt } = message;
  return {
    incident,
    severity,
    agent: clip(agent ?? 'unknown', LONGEST_KEY),
    tripwire: tripwire ?? 'unknown',
    role,
    attempt,
    opened_at: openedAt,
    action_at: actionAt ?? 'unknown',
    triggered_at: triggeredAt ?? 'unknown',
  };
}

function linksOf({ links }: PagerMessage): object[] {
  return links.filter(({ href }) => href.length <= LONGEST_LINK).slice(0, MOST_LINKS);
}

/** Never half a character: half a surrogate pair is no JSON text to some readers. */
function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
