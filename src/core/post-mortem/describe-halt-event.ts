/** One line of the timeline per order, lift and mark. Acknowledgements are in the containment tables. */
import type { HaltEvent } from '../halt-events.js';
import { describeScope } from '../halt.js';
import { describeSpan } from './figures.js';
import { describeActuatorEvent } from './kill-switches.js';
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
      return say`${event.data.haltId}: not contained after all, ${event.data.running.length === 0 ? 'the agent ran again behind' : 'work still ran at'} enforcement point ${event.data.pointId}`;
    case 'halt:missed':
      return say`${event.data.haltId}: the target passed with ${event.data.short.length} enforcement point(s) still short`;
    case 'halt:joined':
      return say`${event.data.incident} leans on ${event.data.haltId}, which was in force already`;
    case 'point:marked':
      return say`${event.data.haltId}: ${who} vouched for enforcement point ${event.data.pointId}: ${quoted(event.private?.reason ?? '(erased)')}`;
    case 'halt:readopted':
      return say`${event.data.haltId} stands for ${event.data.former.id} of ${event.data.former.at}, which this control plane had lost: a guard still held it, signed`;
    case 'halt:asked':
      return say`${who} may not halt and asked those who may (${event.data.users.length} asked) for ${describeScope(event.data.scope)}`;
    case 'halt:review-due':
      return say`${event.data.haltId} passed its review time (${event.data.reviewAt}) and stood: somebody was asked whether it is still needed`;
    case 'halt:review-set':
      return say`${who} said that ${event.data.haltId} is still needed, to be asked again at ${event.data.reviewAt}`;
    case 'halt:reviewed':
      return say`${who} reviewed ${event.data.haltId}, which was ordered without a role: ${quoted(event.private?.reason ?? '(erased)')}`;
    case 'rehearsal:ended':
      return describeRehearsal(event);
    case 'halt:withheld':
      return say`the ${event.data.tripwire} tripwire would have halted ${describeScope(event.data.scope)} and had used up its ${event.data.haltsPerHour} orders of this hour: people were paged instead`;
    case 'actuator:failed':
    case 'actuator:measured':
    case 'actuator:resumed':
    case 'actuator:released':
      return describeActuatorEvent(event);
    case 'lift:requested':
      return say`${who} asked to lift ${event.data.haltId}: ${quoted(event.private?.reason ?? '(erased)')}`;
    case 'lift:approved':
      return say`${who} approved lifting ${event.data.haltId}`;
    case 'halt:granted':
    case 'point:acknowledged':
    case 'point:lease-expired':
    case 'point:left':
    case 'halt:refused':
      return undefined;
  }
}

function describeRehearsal({ data }: Extract<HaltEvent, { type: 'rehearsal:ended' }>): Markdown {
  const { haltId, seconds, silent } = data;
  if (seconds !== null)
    return say`the rehearsal ${haltId} ended: every enforcement point answered within ${describeSpan(seconds * 1000)}`;
  return say`the rehearsal ${haltId} ended with ${silent.length} enforcement point(s) still silent`;
}

function describeOrder(
  { data, private: secret }: Extract<HaltEvent, { type: 'halt:ordered' }>,
  who: string,
): Markdown {
  const practice = data.rehearsal
    ? ' (rehearsal: told to every point, denies nothing)'
    : data.drill
      ? ' (drill: recorded, not enforced)'
      : '';
  const glass = data.breakGlass ? ' (break-glass: without a role)' : '';
  return say`${who} ordered ${data.haltId}: ${data.mode} ${describeScope(data.scope)}${practice}${glass}: ${quoted(secret?.reason ?? '(erased)')}`;
}
