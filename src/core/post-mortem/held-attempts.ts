/** What an order held, what people decided, and how long agents waited for it. */
import type { Order } from '../containment.js';
import { HELD_REFUSALS, type HeldAttempt } from '../quarantine.js';
import { describeSpan, quarantineOf } from './figures.js';
import { say, type Markdown } from './markdown.js';
import type { Block, Evidence, Row } from './post-mortem.js';
import { absence, entry, heldItems, roleOf, type HeldItem, type Story } from './story.js';

/** More rows than anybody reads; the statement counts all of them. */
const LISTED = 50;

/** Nothing for an order that denies. */
export function heldBlocks(story: Story, order: Order): Block[] {
  const figures = quarantineOf(story, [order]);
  if (figures === null) return [];
  const items = heldItems(story).filter(({ haltId }) => haltId === order.haltId);
  const { held, released, used, rejected, expired, refused, waiting, medianWaitSeconds: median } = figures;
  const wait = median === null ? say`unknown, nobody has decided any` : say`${describeSpan(median * 1000)}`;
  const text = say`${order.haltId} held ${held} attempt(s): ${released} released (${used} taken up, ${expired} expired), ${rejected} rejected, ${refused} refused, ${waiting} still waiting; median wait for a person: ${wait}.`;
  const blocks: Block[] = [{ kind: 'statements', items: [{ text, evidence: ends(story, items) }] }];
  if (items.length === 0) return blocks;
  const title = `Attempts that ${order.haltId} held${items.length > LISTED ? ` (the first ${LISTED})` : ''}`;
  const columns = ['Attempt', 'Held', 'What became of it', 'By'];
  return [...blocks, { kind: 'table', title, columns, rows: items.slice(0, LISTED).map(row) }];
}

/** The first holding and the newest fact: the count is of what lies between. */
function ends(story: Story, items: readonly HeldItem[]): Evidence[] {
  const seqs = items.flatMap(({ facts }) => facts.map(({ seq }) => seq)).toSorted((a, b) => a - b);
  const [first, last] = [seqs[0], seqs.at(-1)];
  if (first === undefined) return [absence(story)];
  return first === last ? entry(first) : [...entry(first), ...entry(last)];
}

function row(item: HeldItem): Row {
  const { id, attempt, at, facts } = item;
  const decision = facts.findLast(
    ({ event: { type } }) => type === 'attempt:released' || type === 'attempt:rejected',
  );
  return {
    cells: [
      say`${id} (${attempt.tool} of ${attempt.agentId})`,
      say`${at}`,
      outcome(item),
      decision === undefined ? say`nobody` : say`${roleOf(decision.actor)}`,
    ],
    evidence: facts.flatMap(({ seq }) => entry(seq)),
  };
}

function outcome({ state, release, rejection, used, refusal }: HeldAttempt): Markdown {
  switch (state) {
    case 'held':
      return say`**still waiting**`;
    case 'released':
      return say`released at ${release?.at ?? 'an unknown time'}, **not taken up yet**`;
    case 'used':
      return say`released at ${release?.at ?? 'an unknown time'}, taken up at ${used?.at ?? 'an unknown time'}`;
    case 'rejected':
      return say`rejected at ${rejection?.at ?? 'an unknown time'}`;
    case 'expired':
      return say`released at ${release?.at ?? 'an unknown time'}, not taken up in time`;
    case 'refused':
      return say`refused: ${refusal === null ? 'unknown why' : HELD_REFUSALS[refusal.why]}`;
  }
}
