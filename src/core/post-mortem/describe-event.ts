/** One line of the timeline per event of an incident. Roles instead of names; free text in quotation marks. */
import { describeSpan } from './figures.js';
import { say, quoted, type Markdown } from './markdown.js';
import { roleOf, type Fact } from './story.js';
import type { IncidentEvent } from '../incident-events.js';

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
type Rollback = Of<
  | 'checklist:opened'
  | 'step:started'
  | 'step:done'
  | 'checklist:substituted'
  | 'checklist:verified'
  | 'budget:warned'
>;
type Course = Exclude<IncidentEvent, Detection | Rollback>;

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
      return say`Alert from ${event.data.source}: ${quoted(event.private?.title ?? '(erased)')}, firing since ${event.data.startsAt}`;
    case 'alert:resolved':
      return say`Alert from ${event.data.source} resolved at ${event.data.at}`;
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
      return say`Acknowledged by ${who}`;
    case 'link:supplied':
      return say`${who} supplied the ${event.data.link} link as ${event.data.at}, from ${quoted(event.private?.source ?? '(erased)')}`;
  }
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
