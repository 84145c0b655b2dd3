/** Containment: per order the thirty-second clock, and per enforcement point what it answered and when. */
import {
  CONTAINMENT_TARGET_SECONDS,
  clockSeconds,
  type Order,
  type PointLevel,
  type PointState,
} from '../containment.js';
import { describeScope } from '../halt.js';
import { containmentOf } from './figures.js';
import { heldBlocks } from './held-attempts.js';
import { killSwitchBlocks } from './kill-switches.js';
import { joined, say, type Markdown } from './markdown.js';
import type { Block, Evidence, Row, Statement } from './post-mortem.js';
import { absence, entry, factsOf, roleOf, type Story } from './story.js';

export function containmentBlocks(story: Story): Block[] {
  const { orders, incident } = story;
  const items = [...harm(story), ...byHand(story)];
  if (orders.length === 0)
    items.push({ text: say`No halt was ordered for ${incident.name}.`, evidence: [absence(story)] });
  const blocks: Block[] = items.length === 0 ? [] : [{ kind: 'statements', items }];
  return [...blocks, ...orders.flatMap((order) => orderBlocks(story, order))];
}

function harm(story: Story): Statement[] {
  const confirmed = factsOf(story, 'harm:confirmed')[0];
  if (confirmed === undefined)
    return [
      {
        text: say`Nobody confirmed harm before this was drafted.`,
        evidence: [absence(story)],
      },
    ];
  const text = say`Harm was confirmed by ${roleOf(confirmed.actor)} at ${confirmed.event.data.at}.`;
  return [{ text, evidence: entry(confirmed.seq) }];
}

/** A status that somebody set says less than points that answered, and the reader has to know which it was. */
function byHand(story: Story): Statement[] {
  const set = factsOf(story, 'status:changed').find(
    ({ event, actor }) => event.data.to === 'contained' && actor.kind !== 'system',
  );
  if (set === undefined) return [];
  const text = say`The status was set to contained by ${roleOf(set.actor)}: that is a person's statement, **not proven by enforcement points**.`;
  return [{ text, evidence: entry(set.seq) }];
}

function orderBlocks(story: Story, order: Order): Block[] {
  const items = [
    orderStatement(story, order),
    verdict(story, order),
    ...uncovered(story, order),
    ...lift(story, order),
  ];
  const blocks: Block[] = [{ kind: 'statements', items }, ...heldBlocks(story, order)];
  if (order.points.length === 0) return blocks;
  const rows = order.points.map((point) => pointRow(story, order, point));
  const columns = ['Enforcement point', 'Level', 'Reached', 'In flight'];
  return [
    ...blocks,
    { kind: 'table', title: `Enforcement points of ${order.haltId}`, columns, rows },
    ...killSwitchBlocks(story, order),
  ];
}

function orderedSeq({ orderFacts }: Story, order: Order) {
  return orderFacts.find(({ event }) => event.type === 'halt:ordered' && event.data.haltId === order.haltId);
}

function orderStatement(story: Story, order: Order): Statement {
  const fact = orderedSeq(story, order);
  const who = fact === undefined ? 'unknown' : roleOf(fact.actor);
  const practice = order.rehearsal
    ? ' A rehearsal: every enforcement point heard of it, and nothing was denied.'
    : order.drill
      ? ' A drill: recorded, not enforced.'
      : '';
  const late = order.recordedLate ? ' The store could not be written, so it was broadcast first.' : '';
  return {
    text: say`**${order.haltId}**: ${order.mode} ${describeScope(order.scope)}, fired by ${who} at ${order.at}; the clock started at ${order.clockStartedAt}.${practice}${late}`,
    evidence: entry(fact?.seq),
  };
}

function verdict(story: Story, order: Order): Statement {
  const figure = containmentOf(order, CONTAINMENT_TARGET_SECONDS);
  const target = `${CONTAINMENT_TARGET_SECONDS} s`;
  if (figure === null)
    return {
      text: say`${order.haltId}: containment **not proven** (target ${target}: unknown).`,
      evidence: [absence(story)],
    };
  const contained = story.orderFacts.findLast(
    ({ event }) => event.type === 'halt:contained' && event.data.haltId === order.haltId,
  );
  const settled = order.points.flatMap(({ pointId, level }) => levelEntry(story, order, pointId, level));
  return {
    text: say`${order.haltId}: contained after **${figure.seconds} s**; target ${target}: **${figure.withinTarget ? 'met' : 'missed'}**.`,
    evidence: contained === undefined ? settled : entry(contained.seq),
  };
}

function levelEntry(story: Story, order: Order, pointId: string, level: PointLevel): Evidence[] {
  return entry(story.levelSeq(order.haltId, pointId, level));
}

function uncovered(story: Story, order: Order): Statement[] {
  if (order.uncovered.length === 0) return [];
  const agents = joined(
    order.uncovered.map((agentId) => say`${agentId}`),
    ', ',
  );
  const text = say`No enforcement point held a lease for: ${agents}. Nothing can be proven about them.`;
  return [{ text, evidence: entry(orderedSeq(story, order)?.seq) }];
}

function lift(story: Story, order: Order): Statement[] {
  const of = (type: 'lift:requested' | 'lift:approved') =>
    story.orderFacts.findLast(({ event }) => event.type === type && event.data.haltId === order.haltId);
  const approved = of('lift:approved');
  const requested = of('lift:requested');
  if (order.lifted === null || approved === undefined)
    return order.drill
      ? []
      : [
          {
            text: say`${order.haltId} **still stands** at the time of drafting.`,
            evidence: [absence(story)],
          },
        ];
  const asked = requested === undefined ? 'unknown' : roleOf(requested.actor);
  const differ = order.lifted.by === order.lifted.requestedBy ? 'the same person' : 'two different people';
  return [
    {
      text: say`${order.haltId} was lifted at ${order.lifted.at}: asked for by ${asked}, approved by ${roleOf(approved.actor)} (${differ}).`,
      evidence: [...entry(requested?.seq), ...entry(approved.seq)],
    },
  ];
}

const LEVELS: readonly PointLevel[] = ['received', 'enforced', 'quiesced', 'lease-expired', 'left', 'marked'];

function pointRow(story: Story, order: Order, point: PointState): Row {
  const reached = LEVELS.flatMap((level) => {
    const at = point.reached[level];
    return at === undefined ? [] : [{ level, at }];
  });
  const times = reached.map(({ level, at }) => say`${level} ${at} (${clockSeconds(order, at)} s)`);
  const levels: PointLevel[] = reached.length === 0 ? ['expected'] : reached.map(({ level }) => level);
  return {
    cells: [
      say`${point.pointId} (${point.agentId}, ${point.instance})`,
      say`${point.level}`,
      times.length === 0 ? say`**no answer**` : joined(times, '; '),
      inFlight(point),
    ],
    evidence: levels.flatMap((level) => levelEntry(story, order, point.pointId, level)),
  };
}

/** By action id; an action that could not be stopped is never shown as stopped. */
function inFlight({ inflight }: PointState): Markdown {
  const parts = [
    { what: 'aborted', ids: inflight.aborted },
    { what: 'could not be cancelled', ids: inflight.uncancellable },
    { what: 'completed after the halt', ids: inflight.completedAfter },
  ].filter(({ ids }) => ids.length > 0);
  if (parts.length === 0) return say`none reported`;
  return joined(
    parts.map(({ what, ids }) => say`${what}: ${ids.join(', ')}`),
    '; ',
  );
}
