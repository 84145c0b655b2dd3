/** One line of the timeline per event of an incident. Roles instead of names; free text in quotation marks. */
import { describeSpan } from './figures.js';
import { say, quoted, type Markdown } from './markdown.js';
import { atPager, pagerTitle } from '../pager.js';
import { roleOf, type Fact } from './story.js';
import type { IncidentEvent } from '../incident-events.js';
import { NEWS_WORDS } from '../pager-report.js';
import { UNKNOWN_WORDS } from '../tripwire/replayed-event.js';

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

type Detection = Of<
  | 'incident:opened'
  | 'alert:received'
  | 'alert:resolved'
  | 'channel:created'
  | 'channel:degraded'
  | 'page:ordered'
  | 'page:sent'
  | 'page:failed'
  | 'page:acknowledged'
  | 'link:supplied'
>;
type Reach = Of<
  | 'pager:accepted'
  | 'pager:failed'
  | 'pager:reported'
  | 'member:linked'
  | 'member:closed'
  | 'umbrella:linked'
  | 'umbrella:paged'
  | 'umbrella:closed'
>;
type Rollback = Of<
  | 'checklist:opened'
  | 'step:started'
  | 'step:done'
  | 'checklist:substituted'
  | 'checklist:verified'
  | 'budget:warned'
>;
type Course = Exclude<IncidentEvent, Detection | Reach | Rollback>;

/** Exhaustive: a new event does not compile until it has its line. */
export function describeEvent(fact: Fact<IncidentEvent>): Markdown {
  const { event } = fact;
  const who = roleOf(fact.actor);
  switch (event.type) {
    case 'incident:opened':
    case 'alert:received':
    case 'alert:resolved':
    case 'channel:created':
    case 'channel:degraded':
    case 'page:ordered':
    case 'page:sent':
    case 'page:failed':
    case 'page:acknowledged':
    case 'link:supplied':
      return describeDetection(event, who);
    case 'pager:accepted':
    case 'pager:failed':
    case 'pager:reported':
    case 'member:linked':
    case 'member:closed':
    case 'umbrella:linked':
    case 'umbrella:paged':
    case 'umbrella:closed':
      return describeReach(event);
    case 'checklist:opened':
    case 'step:started':
    case 'step:done':
    case 'checklist:substituted':
    case 'checklist:verified':
    case 'budget:warned':
      return describeRollback(event, who);
    case 'role:assigned':
    case 'severity:changed':
    case 'status:changed':
    case 'note:added':
    case 'update:published':
    case 'harm:confirmed':
    case 'halt:linked':
    case 'containment:reached':
    case 'press:refused':
    case 'tripwires:replayed':
    case 'post-mortem:drafted':
    case 'post-mortem:posted':
    case 'incident:closed':
      return describeCourse(event, who);
  }
}

function describeDetection(event: Detection, who: string): Markdown {
  switch (event.type) {
    case 'incident:opened':
      return describeOpening(event, who);
    case 'alert:received':
      return say`Alert from ${event.data.source}: ${quoted(event.private?.title ?? '(erased)')}, firing since ${event.data.startsAt}${heldBefore(event)}`;
    case 'alert:resolved':
      return say`Alert from ${event.data.source} resolved at ${event.data.endsAt ?? event.data.at}`;
    case 'channel:created':
      return say`Channel ${event.data.channelName} opened`;
    case 'channel:degraded':
      return say`The workspace refused ${event.data.part} (${event.data.error}): ${event.data.consequence}`;
    case 'page:ordered':
      return say`Page ${event.data.attempt} ordered to ${event.data.role} (${people(event.data.users.length)})`;
    case 'page:sent':
      return say`A page was accepted for delivery`;
    case 'page:failed':
      return say`A page failed: ${event.data.error}`;
    case 'page:acknowledged':
      return describeAcknowledgement(event, who);
    case 'link:supplied':
      return say`${who} supplied the ${event.data.link} link as ${event.data.at}, from ${quoted(event.private?.source ?? '(erased)')}`;
  }
}

/** People in Slack by role; whoever it was at a pager, only that it was there. */
function describeAcknowledgement({ data }: Of<'page:acknowledged'>, who: string): Markdown {
  const where = data.pager === undefined ? `by ${who}` : atPager(data.pager);
  return data.umbrella === undefined
    ? say`Acknowledged ${where}`
    : say`Acknowledged ${where}, for the umbrella ${data.umbrella} and with it for this one`;
}

function describeReach(event: Reach): Markdown {
  switch (event.type) {
    case 'pager:accepted':
      return say`${pagerTitle(event.data.pager)} took the ${VERB_WORDS[event.data.verb]}`;
    case 'pager:failed':
      return say`${pagerTitle(event.data.pager)} did not take the ${VERB_WORDS[event.data.verb]} (${event.data.error}), attempt ${event.data.attempt}${event.data.final ? ': refused for good' : ''}`;
    case 'pager:reported':
      return say`${pagerTitle(event.data.pager)} at ${event.data.at}: ${NEWS_WORDS[event.data.news]}`;
    case 'member:linked':
      return say`${event.data.incident} linked below this umbrella, agent ${event.data.agentId ?? event.private?.agentLabel ?? 'unknown'}`;
    case 'member:closed':
      return say`${event.data.incident}, a member, was closed`;
    case 'umbrella:linked':
      return event.data.ownChannel
        ? say`Linked to the umbrella ${event.data.umbrella}`
        : say`Joined the umbrella ${event.data.umbrella}: worked in its channel and paged with it`;
    case 'umbrella:paged':
      return say`The page of the umbrella ${event.data.umbrella} stood for this incident too`;
    case 'umbrella:closed':
      return say`The umbrella ${event.data.umbrella} was closed; this incident was not`;
  }
}

const VERB_WORDS = { trigger: 'page', acknowledge: 'acknowledgement', resolve: 'closing' } as const;

/** A page that came late because of that is not the fault of the wire. */
function heldBefore({ data: { heldSince } }: Of<'alert:received'>): Markdown {
  return heldSince === undefined ? say`` : say`; it had reached us at ${heldSince} and was held until now`;
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function describeOpening({ data, private: secret }: Of<'incident:opened'>, who: string): Markdown {
  const title = quoted(secret?.title ?? '(erased)');
  const agent = data.agentId ?? (data.agentLabel === null ? 'unknown' : `unregistered ${data.agentLabel}`);
  const how =
    data.declared === null
      ? `by the ${data.tripwire ?? 'unknown'} tripwire`
      : `by ${who}, surfaced through ${data.declared.surfaced} at ${data.declared.surfacedAt}`;
  const what = data.kind === 'drill' ? 'Drill' : 'Incident';
  return say`${what} opened ${how} as ${data.severity}, agent ${agent}: ${title}`;
}

function describeRollback(event: Rollback, who: string): Markdown {
  switch (event.type) {
    case 'checklist:opened':
      return say`Rollback checklist for ${event.data.actionClass} opened; its operator is ${event.data.operator}`;
    case 'step:started':
      return say`${stepName(event)} started by ${who}`;
    case 'step:done':
      return say`${stepName(event)} done by ${who}; evidence: ${quoted(event.private?.evidence ?? '(erased)')}`;
    case 'checklist:substituted':
      return say`${who} recorded that ${event.data.actionClass} cannot be undone and chose the substitute: ${quoted(event.private?.why ?? '(erased)')}`;
    case 'checklist:verified':
      return say`Rollback of ${event.data.actionClass} verified by ${who}; evidence: ${quoted(event.private?.evidence ?? '(erased)')}`;
    case 'budget:warned':
      return say`${event.data.percent} % of the time for ${event.data.budgetId} (${event.data.actionClass}) was spent`;
  }
}

function stepName({ data }: Of<'step:started' | 'step:done'>): string {
  return `${data.substitute ? 'Substitute step' : 'Step'} ${data.stepId} of ${data.actionClass}`;
}

function describeCourse(event: Course, who: string): Markdown {
  switch (event.type) {
    case 'role:assigned':
      return say`Role ${event.data.role} ${event.data.claimed ? 'taken' : 'assigned'} by ${who}`;
    case 'severity:changed':
      return say`Severity ${event.data.from} → ${event.data.to} by ${who}${because(event)}`;
    case 'status:changed':
      return say`Status ${event.data.from} → ${event.data.to} by ${who}${because(event)}`;
    case 'note:added':
      return say`${event.data.how === 'reaction' ? 'Message put on the timeline' : 'Note'} by ${who}: ${quoted(event.private?.text ?? '(erased)')}`;
    case 'update:published':
      return say`Update published by ${who}: ${quoted(event.private?.text ?? '(erased)')}`;
    case 'harm:confirmed':
      return say`Harm confirmed by ${who}`;
    case 'halt:linked':
      return say`Halt ${event.data.haltId} linked to the incident`;
    case 'containment:reached':
      return say`Contained by ${event.data.haltId} after ${describeSpan(event.data.seconds * 1000)} (target ${event.data.withinTarget ? 'met' : 'missed'})`;
    case 'press:refused':
      return say`Refused to ${who}: ${event.data.what}`;
    case 'tripwires:replayed':
      return event.data.unknown === null
        ? say`The tripwires were replayed over stored telemetry: ${event.data.fired} alert(s) would have fired`
        : say`The tripwires could not be replayed: ${UNKNOWN_WORDS[event.data.unknown]}`;
    case 'post-mortem:drafted':
      return say`Post-mortem drafted, digest ${event.data.digest}`;
    case 'post-mortem:posted':
      return say`Post-mortem posted`;
    case 'incident:closed':
      return say`Closed by ${who}${because(event)}`;
  }
}

function because(event: Of<'severity:changed' | 'status:changed' | 'incident:closed'>): Markdown {
  const text = event.private?.text.trim() ?? '';
  return text === '' ? say`` : say`: ${quoted(text)}`;
}
