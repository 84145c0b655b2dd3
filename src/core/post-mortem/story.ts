/** The journal's entries about one incident, arranged for drafting: who did what, and which entry changed what. */
import type { Actor } from '../actor.js';
import { applyHaltEvent, EMPTY_PLANE, type Order, type Plane, type PointLevel } from '../containment.js';
import type { LinkName } from '../detection-chain.js';
import { LINKS } from '../detection-chain.js';
import { applyIncidentEvent, foldIncident } from '../fold-incident.js';
import type { HaltEvent } from '../halt-events.js';
import type { IncidentEvent } from '../incident-events.js';
import { concernsIncident } from '../incident-orders.js';
import type { Incident, Recorded } from '../incident.js';
import { foldHeldAttempt, type HeldAttempt } from '../quarantine.js';
import type { QuarantineEvent } from '../quarantine-events.js';
import type { Evidence } from './post-mortem.js';
import type { RunbookExtract } from './runbook-extract.js';

/** An entry of the journal with everything that a post-mortem cites. */
export interface Fact<E> extends Recorded<E> {
  readonly actor: Actor;
  readonly hash: string;
}

export interface StoryInput {
  readonly status: 'preview' | 'draft';
  /** The incident's stream, in order. */
  readonly facts: readonly Fact<IncidentEvent>[];
  /** The plane's stream, in order; what concerns other incidents is left aside. */
  readonly planeFacts: readonly Fact<HaltEvent>[];
  /** What the incident's orders held: stream after stream, each in order; left out where nothing was held. */
  readonly heldFacts?: readonly Fact<QuarantineEvent>[] | undefined;
  readonly runbooks: RunbookExtract;
}

export interface Story extends StoryInput {
  readonly incident: Incident;
  /** The orders of this incident, oldest first. */
  readonly orders: readonly Order[];
  /** Entries of the plane that name one of those orders. */
  readonly orderFacts: readonly Fact<HaltEvent>[];
  readonly linkSeq: Readonly<Partial<Record<LinkName, number>>>;
  /** Which entry first brought a point to a level. */
  readonly levelSeq: (haltId: string, pointId: string, level: PointLevel) => number | undefined;
  readonly newest: Fact<IncidentEvent | HaltEvent | QuarantineEvent>;
}

/** Undefined where the stream does not begin with an opening. */
export function tellStory(input: StoryInput): Story | undefined {
  const incident = foldIncident(input.facts);
  const [first] = input.facts;
  if (incident === undefined || first === undefined) return undefined;
  const isOurs = (order: Order): boolean => concernsIncident(order, incident);
  const { plane, levels } = replayPlane(input.planeFacts, isOurs);
  const orders = [...plane.orders.values()].filter(isOurs);
  const ids = new Set(orders.map(({ haltId }) => haltId));
  const newest = [...input.facts, ...input.planeFacts, ...(input.heldFacts ?? [])].reduce<Story['newest']>(
    (latest, fact) => (fact.seq > latest.seq ? fact : latest),
    first,
  );
  return {
    ...input,
    incident,
    orders,
    orderFacts: input.planeFacts.filter(({ event }) => concerns(event, ids, incident.name)),
    linkSeq: linkSeqs(input.facts),
    levelSeq: (haltId, pointId, level) => levels.get(levelKey(haltId, pointId, level)),
    newest,
  };
}

function concerns({ type, data }: HaltEvent, ids: ReadonlySet<string>, name: string): boolean {
  if (type === 'halt:asked') return data.incident === name;
  return 'haltId' in data && ids.has(data.haltId);
}

function levelKey(haltId: string, pointId: string, level: PointLevel): string {
  return JSON.stringify([haltId, pointId, level]);
}

/** The entry that made a level true is the one after which it first holds. */
function replayPlane(
  facts: readonly Fact<HaltEvent>[],
  isOurs: (order: Order) => boolean,
): { plane: Plane; levels: ReadonlyMap<string, number> } {
  const levels = new Map<string, number>();
  const plane = facts.reduce((before, fact) => {
    const after = applyHaltEvent(before, fact.event);
    for (const order of [...after.orders.values()].filter(isOurs)) {
      if (before.orders.get(order.haltId) !== order) noteLevels(levels, order, fact.seq);
    }
    return after;
  }, EMPTY_PLANE);
  return { plane, levels };
}

const LEVELS: readonly PointLevel[] = [
  'expected',
  'received',
  'enforced',
  'quiesced',
  'lease-expired',
  'left',
  'marked',
];

function noteLevels(levels: Map<string, number>, order: Order, seq: number): void {
  for (const point of order.points) {
    for (const level of LEVELS.filter((each) => point.reached[each] !== undefined)) {
      const key = levelKey(order.haltId, point.pointId, level);
      if (!levels.has(key)) levels.set(key, seq);
    }
  }
}

/** The entry that a link of the chain rests on is the one that last changed it. */
function linkSeqs(facts: readonly Fact<IncidentEvent>[]): Partial<Record<LinkName, number>> {
  const [first, ...rest] = facts;
  const opening = first === undefined ? undefined : foldIncident([first]);
  if (first === undefined || opening === undefined) return {};
  const seqs: Partial<Record<LinkName, number>> = opening.chain.action === null ? {} : { action: first.seq };
  rest.reduce((before, fact) => {
    const after = applyIncidentEvent(before, fact);
    for (const link of LINKS) if (after.chain[link] !== before.chain[link]) seqs[link] = fact.seq;
    return after;
  }, opening);
  return seqs;
}

/** A held attempt with the facts that tell of it. */
export interface HeldItem extends HeldAttempt {
  readonly facts: readonly Fact<QuarantineEvent>[];
}

/** What the incident's orders held, in the order in which it was read. */
export function heldItems({ heldFacts = [] }: Pick<StoryInput, 'heldFacts'>): HeldItem[] {
  const items: Fact<QuarantineEvent>[][] = [];
  // Stream after stream, each from its holding on.
  for (const fact of heldFacts) {
    if (fact.event.type === 'attempt:held') items.push([]);
    items.at(-1)?.push(fact);
  }
  return items.flatMap((facts) => {
    const item = foldHeldAttempt(facts.map(({ event }) => event));
    return item === undefined ? [] : [{ ...item, facts }];
  });
}

/** Cites an entry; an unknown one cites nothing, which the rubric then finds. */
export function entry(seq: number | undefined, permalink: string | null = null): Evidence[] {
  return seq === undefined ? [] : [{ kind: 'journal', seq, permalink }];
}

/** Cites the runbooks. */
export function runbooks({ runbooks: { hash } }: Story): Evidence {
  return { kind: 'runbooks', hash };
}

/** Cites that nothing of the kind was recorded. */
export function absence({ newest }: Story): Evidence {
  return { kind: 'absence', upTo: newest.seq };
}

type EventType = IncidentEvent['type'];
export type FactOf<T extends EventType> = Fact<Extract<IncidentEvent, { type: T }>>;

/** All facts of one type, in order. */
export function factsOf<T extends EventType>({ facts }: Pick<StoryInput, 'facts'>, type: T): FactOf<T>[] {
  return facts.filter((fact): fact is FactOf<T> => fact.event.type === type);
}

/** Who did it, by role: a post-mortem blames no names. */
export function roleOf({ kind, id, roles }: Actor): string {
  const held = roles.join(' / ');
  switch (kind) {
    case 'person':
      return held === '' ? 'a member of the workspace' : held;
    case 'token':
      return held === '' ? 'an API token' : `an API token acting as ${held}`;
    case 'source':
      return `alert source ${id}`;
    case 'guard':
      return `enforcement point ${id}`;
    case 'system':
      return `Haltline (${id})`;
  }
}
