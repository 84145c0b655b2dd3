/** What whoever ordered a halt is told at once, by every door alike: never more than is known at that moment. */
import { describeScope, type HaltMode, type HaltScope } from './halt.js';

/** What is known of an order the moment it is out. */
export interface AnsweredOrder {
  readonly haltId: string;
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly expected: number;
  readonly uncovered: readonly string[];
  readonly recorded: boolean;
  readonly existed: boolean;
  readonly drill: boolean;
  readonly breakGlass: boolean;
  readonly unlisted: {
    readonly kind: 'tool' | 'class';
    readonly name: string;
    readonly nearest: string | null;
  } | null;
  readonly beside: readonly string[];
}

const MODE_WORDS: Readonly<Record<HaltMode, string>> = {
  deny: '',
  hold: ', quarantined: attempts wait for a person',
  degraded: ', degraded: reads go on, all else is refused',
};

/** `H-3 (agent billing-agent, degraded: …)`; a rehearsal says that it is one, and of its mode nothing: it has no effect. */
function orderName({ haltId, scope, mode, drill }: AnsweredOrder): string {
  return drill
    ? `REHEARSAL ${haltId} (${describeScope(scope)})`
    : `${haltId} (${describeScope(scope)}${MODE_WORDS[mode]})`;
}

/** One sentence. */
export function answerSentence(order: AnsweredOrder): string {
  const name = orderName(order);
  if (order.existed)
    return `${name} is already ${order.drill ? 'under way' : 'in force'}. Its card shows who has answered.`;
  const asked = `${order.expected} enforcement point${order.expected === 1 ? '' : 's'}`;
  if (order.drill) return `${name}: ${asked} asked, nothing is denied. Agents go on.`;
  if (order.expected === 0)
    return `Ordered: ${name}. No enforcement point is connected: NOTHING is proven stopped.`;
  return `Ordered: ${name}, ${asked} asked. Not proven stopped yet: the card counts who has answered.`;
}

/** What else has to be known, the worst first. */
export function answerWarnings(order: AnsweredOrder): string[] {
  const { recorded, uncovered, drill, breakGlass, beside } = order;
  return [
    ...(recorded
      ? []
      : [
          'The order was sent to every guard, but could not be written down: the journal is failing. Tell whoever runs Haltline now.',
        ]),
    ...(uncovered.length === 0
      ? []
      : [
          `No enforcement point covers all of it for: ${uncovered.join(', ')}. ${drill ? 'In earnest, nothing would be proven of them (kill switches are not tried in a rehearsal).' : 'What goes on there Haltline cannot see or stop: stop it by other means.'}`,
        ]),
    ...unlistedWarning(order),
    ...(breakGlass
      ? ['You hold no role that may halt: this order is flagged as break-glass and will be reviewed.']
      : []),
    ...(beside.length === 0 ? [] : [`${beside.join(', ')} stands as well: the strictest order counts.`]),
  ];
}

/** What becomes of an attempt in the order's scope. */
const MODE_VERBS: Readonly<Record<HaltMode, string>> = {
  deny: 'refused',
  hold: 'held',
  degraded: 'refused, but for reads,',
};

function unlistedWarning({ unlisted, haltId, mode, drill }: AnsweredOrder): string[] {
  if (unlisted === null) return [];
  const { kind, name, nearest } = unlisted;
  const what = kind === 'tool' ? 'No agent declares a tool' : 'No agent declares anything of a class';
  const meant =
    nearest === null ? '' : ` If you meant ${nearest}, order that too: ${haltId} does not cover it.`;
  const use = drill
    ? 'the rehearsal covers whoever uses it'
    : `whoever uses it is ${MODE_VERBS[mode]} all the same`;
  return [`${what} called ${name}: ${use}.${meant}`];
}
