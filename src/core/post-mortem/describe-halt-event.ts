/** One line of the timeline per order, lift and mark. Acknowledgements are in the containment tables. */
import type { HaltEvent } from '../halt-events.js';
import { describeScope } from '../halt.js';
import { describeSpan } from './figures.js';
import { say, quoted, type Markdown } from './markdown.js';
import { roleOf, type Fact } from './story.js';

/** Undefined for what the containment section tells better. */
export function describeHaltEvent(fact: Fact<HaltEvent>): Markdown | undefined {
  const { event } = fact;
  const who = roleOf(fact.actor);
  switch (event.type) {
    case 'halt:ordered':
      return describeOrder(event, who);
    case 'halt:contained':
      return say`${event.data.haltId}: every expected enforcement point has answered, ${describeSpan(event.data.seconds * 1000)} after the clock started`;
    case 'halt:withdrawn':
      return say`${event.data.haltId}: not contained after all, enforcement point ${event.data.pointId} reported work that still ran`;
    case 'halt:missed':
      return say`${event.data.haltId}: the target passed with ${event.data.short.length} enforcement point(s) still short`;
    case 'halt:joined':
      return say`${event.data.incident} leans on ${event.data.haltId}, which was in force already`;
    case 'point:marked':
      return say`${event.data.haltId}: ${who} vouched for enforcement point ${event.data.pointId}: ${quoted(event.private?.reason ?? '(erased)')}`;
    case 'halt:asked':
      return say`${who} may not halt and asked those who may (${event.data.users.length} asked) for ${describeScope(event.data.scope)}`;
    case 'lift:requested':
      return say`${who} asked to lift ${event.data.haltId}: ${quoted(event.private?.reason ?? '(erased)')}`;
    case 'lift:approved':
      return say`${who} approved lifting ${event.data.haltId}`;
    case 'point:acknowledged':
    case 'point:lease-expired':
    case 'point:left':
    case 'halt:refused':
      return undefined;
  }
}

function describeOrder(
  { data, private: secret }: Extract<HaltEvent, { type: 'halt:ordered' }>,
  who: string,
): Markdown {
  const practice = data.drill ? ' (drill: recorded, not enforced)' : '';
  return say`${who} ordered ${data.haltId}: ${data.mode} ${describeScope(data.scope)}${practice}: ${quoted(secret?.reason ?? '(erased)')}`;
}
