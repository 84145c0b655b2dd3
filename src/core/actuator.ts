/**
 * An actuator is a pause primitive outside the guard, such as a vendor's kill switch: Haltline tells it to stop an
 * agent, and believes that the agent is stopped only when it says so.
 *
 *   told → received → enforced (stopping) → quiesced (stopped);   lifted → released | kept | by hand | cancelled
 *     ▲                                         │
 *     └───────── runs again, told again ────────┘
 *
 * An order is sent to an actuator only where everything that the actuator stops lies within the order: a switch for
 * the whole agent is not pressed to stop one tool of it. Whoever wants that orders the agent to be halted.
 */
import type { ActuatorReach, Agent, DeclaredActuator } from './agent.js';
import type { HaltEvent } from './halt-events.js';
import type { HaltMode, HaltScope } from './halt.js';
import type { Instant } from './ids.js';

/** The name of its enforcement point. */
export function actuatorPointId(agentId: string, name: string): string {
  return `actuator:${agentId}:${name}`;
}

/** Its documented time to stop; null where nobody documents one. */
export function actuatorSlaSeconds(agent: Agent, { slaSeconds }: DeclaredActuator): number | null {
  return slaSeconds ?? agent.vendor.killSwitchSlaSeconds;
}

/** May the actuator be told of this order: is all that it stops within the order? */
export function expresses(
  agent: Agent,
  actuator: DeclaredActuator,
  { scope, mode }: { readonly scope: HaltScope; readonly mode: HaltMode },
): boolean {
  return actuator.modes.includes(mode) && isWithin(agent, actuator.stops, scope);
}

function isWithin(agent: Agent, stops: ActuatorReach | undefined, scope: HaltScope): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'agent':
      return scope.agentId === agent.id;
    case 'tool':
      if (!isAgentOf(scope, agent) || stops === undefined) return false;
      return stops.actionClasses.length === 0 && stops.tools.every((tool) => tool === scope.tool);
    case 'class': {
      if (!isAgentOf(scope, agent) || stops === undefined) return false;
      const classes = [...stops.actionClasses, ...stops.tools.map((tool) => classOf(agent, tool))];
      return classes.every((each) => each === scope.actionClass);
    }
    case 'action':
      return false;
  }
}

/** Does it stop everything of its agent that the scope covers? Only then does its word prove anything of the agent. */
export function stopsAllOf(agent: Agent, { stops }: DeclaredActuator, scope: HaltScope): boolean {
  if (stops === undefined) return true;
  switch (scope.kind) {
    case 'all':
    case 'agent':
    case 'action':
      return false;
    case 'tool': {
      const ofTool = classOf(agent, scope.tool);
      return (
        stops.tools.includes(scope.tool) || (ofTool !== undefined && stops.actionClasses.includes(ofTool))
      );
    }
    case 'class':
      return stops.actionClasses.includes(scope.actionClass);
  }
}

function isAgentOf({ agentId }: { agentId?: string | undefined }, agent: Agent): boolean {
  return agentId === undefined || agentId === agent.id;
}

function classOf(agent: Agent, tool: string): string | undefined {
  return agent.tools.find(({ name }) => name === tool)?.actionClass;
}

type ActuatorEvent = Extract<
  HaltEvent,
  { type: 'actuator:failed' | 'actuator:measured' | 'actuator:resumed' | 'actuator:released' }
>;

/** What an enforcement point shows that is an actuator; empty on all others. */
export interface ActuatorState {
  /** Why it is not where it should be, in words for people; null while nothing is wrong. */
  readonly trouble?: string | null;
  /** Measured against its documented time; `seconds` is null when that passed before it had stopped. */
  readonly measured?: { readonly seconds: number | null; readonly slaSeconds: number | null };
  /** When it last said that the agent runs again, after it had stopped. */
  readonly resumedAt?: Instant;
  /** What became of it when the order was lifted. */
  readonly released?: { readonly outcome: ReleaseOutcome; readonly at: Instant };
}

/**
 * released: it says that the agent may run. kept: another order stands, so it was not told. by-hand: only people at
 * the vendor can start the agent again. cancelled: a newer order came while it was being told.
 */
export type ReleaseOutcome = Extract<HaltEvent, { type: 'actuator:released' }>['data']['outcome'];

/** The point after something happened to its actuator. */
export function noteActuator<P extends ActuatorState & { readonly pointId: string; readonly level: string }>(
  point: P,
  event: ActuatorEvent,
): P {
  if (point.pointId !== event.data.pointId) return point;
  switch (event.type) {
    case 'actuator:failed':
      return { ...point, trouble: troubleWords(point.level, event.data) };
    case 'actuator:measured': {
      const { seconds, slaSeconds } = event.data;
      const trouble = seconds === null ? (point.trouble ?? null) : null;
      return { ...point, trouble, measured: { seconds, slaSeconds } };
    }
    case 'actuator:resumed':
      return { ...point, trouble: null, resumedAt: event.data.at };
    case 'actuator:released':
      return { ...point, trouble: null, released: { outcome: event.data.outcome, at: event.data.at } };
  }
}

function troubleWords(
  level: string,
  failed: Extract<HaltEvent, { type: 'actuator:failed' }>['data'],
): string {
  const { verb, error, since, attempt } = failed;
  const tried = `${error} since ${utc(since)}, ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}`;
  if (verb === 'release') return `may STILL BE STOPPED, the release fails: ${tried}`;
  if (level === 'quiesced') return `stopped when it last answered, and cannot be asked now: ${tried}`;
  return level === 'expected' ? `NOT halted: ${tried}` : `not proven halted: ${tried}`;
}

function utc(at: Instant): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}

/** After a lift: may it still hold its agent though nobody wants it stopped? */
export function isStuck({ trouble, released }: ActuatorState): boolean {
  if (released?.outcome === 'by-hand') return true;
  return released === undefined && trouble !== undefined && trouble !== null;
}

/** Everything that a row has to say about an actuator, each in words for people. `settledAt` as its point has it. */
export function actuatorNotes(
  state: ActuatorState & { readonly settledAt?: Instant | null | undefined },
): string[] {
  const { trouble, measured, released, resumedAt } = state;
  return [
    ...(resumedAt === undefined || released !== undefined ? [] : [resumedWords(resumedAt, state.settledAt)]),
    ...(trouble === undefined || trouble === null ? [] : [trouble]),
    ...(measured === undefined ? [] : slaWords(measured, resumedAt)),
    ...(released === undefined ? [] : [RELEASE_WORDS[released.outcome]]),
  ];
}

function resumedWords(resumedAt: Instant, settledAt: Instant | null | undefined): string {
  return settledAt === undefined || settledAt === null
    ? `RUNS AGAIN: it had stopped, and said at ${utc(resumedAt)} that it does not any more`
    : `ran again at ${utc(resumedAt)} and was stopped once more`;
}

function slaWords(
  { seconds, slaSeconds }: NonNullable<ActuatorState['measured']>,
  resumedAt: Instant | undefined,
): string[] {
  const stopped = resumedAt === undefined ? 'stopped' : 'first stopped';
  if (slaSeconds === null)
    return seconds === null ? [] : [`${stopped} after ${seconds} s, no time documented`];
  if (seconds === null) return [`documented time of ${slaSeconds} s MISSED`];
  const verdict = seconds <= slaSeconds ? 'met' : 'MISSED';
  return [`${stopped} after ${seconds} s (documented ${slaSeconds} s: ${verdict})`];
}

const RELEASE_WORDS: Readonly<Record<ReleaseOutcome, string>> = {
  released: 'released',
  kept: 'still stopped: another order stands',
  'by-hand': 'still stopped: it can be started again at the vendor only',
  cancelled: 'not released: a newer order came first',
};
