/** What an order of mode `hold` keeps waiting, oldest first, with a decision per item. Never with its parameters. */
import type { Order } from '../src/core/containment.js';
import { describeScope } from '../src/core/halt.js';
import type { Instant } from '../src/core/ids.js';
import { RELEASE_MINUTES, type HeldState } from '../src/core/quarantine.js';
import { ACTION } from './action-ids.js';
import { clip, join, mention, say, timeText, type Mrkdwn } from './escape.js';
import { lengthOf } from './limits.js';
import { buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Block, Rendered } from './rendered.js';

/** One item as it is listed. */
export interface HeldLine {
  readonly id: string;
  readonly state: HeldState;
  readonly digest: string;
  readonly agentId: string;
  readonly tool: string;
  readonly actionClass: string;
  readonly actionId: string;
  readonly at: Instant;
  readonly expiresAt: Instant | null;
  readonly decidedBy: string | null;
}

export interface QuarantineState {
  readonly order: Order;
  /** Those still open, in the order of holding; perhaps not all. */
  readonly items: readonly HeldLine[];
  /** All of them, by state. */
  readonly counts: Readonly<Partial<Record<HeldState, number>>>;
}

/** Two blocks each, and room for what stands around them. */
const ROWS = 20;
/** A row without its buttons, or buttons without their row, would be worse than "N more". */
const ROWS_LENGTH = 9_500;
const NAME_MAX = 60;

export function quarantineMessage(state: QuarantineState): Rendered {
  const { order } = state;
  const shown = rowsThatFit(state.items);
  const hidden = open(state) - shown.length;
  return surface({
    text: say`${order.haltId} holds ${describeScope(order.scope)}: ${countsOf(state)}`,
    blocks: [
      header(`⏸️ ${order.haltId} · QUARANTINE · ${describeScope(order.scope)}`),
      section(join([say`*${countsOf(state)}*`, ...standing(state)], '\n')),
      ...shown.flatMap(rowOf),
      ...when(hidden > 0, context(say`${hidden} more: \`haltline quarantine list\` shows them all.`)),
      context(say`${order.haltId} · oldest first · ordered by ${mention(order.orderedBy)}`),
    ],
    drill: order.drill,
  });
}

function open({ counts }: QuarantineState): number {
  return (counts.held ?? 0) + (counts.released ?? 0);
}

function countsOf({ counts }: QuarantineState): Mrkdwn {
  const { held = 0, released = 0, used = 0, rejected = 0, expired = 0, refused = 0 } = counts;
  return join(
    [
      say`${held} waiting`,
      ...when(released > 0, say`${released} released, not yet taken up`),
      ...when(used > 0, say`${used} released and taken up`),
      ...when(rejected > 0, say`${rejected} rejected`),
      ...when(expired > 0, say`${expired} expired`),
      ...when(refused > 0, say`${refused} refused`),
    ],
    ' · ',
  );
}

function standing(state: QuarantineState): Mrkdwn[] {
  if (state.order.lifted !== null)
    return [say`The order is lifted: nothing of this runs by itself. Agents were told to ask again.`];
  if (open(state) === 0) return [say`Nothing waits at this moment.`];
  return [
    say`*Release* lets exactly what is listed run, once, within ${RELEASE_MINUTES} minutes; a changed parameter or a halt meanwhile refuses it.`,
  ];
}

function rowsThatFit(items: readonly HeldLine[]): HeldLine[] {
  const fitting: HeldLine[] = [];
  let length = 0;
  for (const item of items.slice(0, ROWS)) {
    length += lengthOf(rowOf(item));
    if (length > ROWS_LENGTH) break;
    fitting.push(item);
  }
  return fitting;
}

function rowOf(item: HeldLine): Block[] {
  const { id, agentId, tool, actionClass, actionId, at } = item;
  const name = (text: string): string => clip(text, NAME_MAX);
  const what = say`*${id}* *${name(agentId)}* wants ${name(tool)} (${name(actionClass)})`;
  const since = say`held ${timeText(at)} · action ${name(actionId)}`;
  return [section(join([what, since, ...releasedLine(item)], '\n')), ...buttons(presses(item))];
}

function releasedLine({ state, decidedBy, expiresAt }: HeldLine): Mrkdwn[] {
  if (state !== 'released' || decidedBy === null || expiresAt === null) return [];
  return [say`✅ released by ${mention(decidedBy)}; its agent may take it up until ${timeText(expiresAt)}`];
}

/** Each button names its item: a press in a long list must not mean another one. */
function presses({ id, digest, state }: HeldLine): Press[] {
  const value = { id, digest };
  return [
    ...when<Press>(state === 'held', {
      words: `Release ${id}`,
      action: ACTION.releaseHeld,
      value,
      style: 'primary',
    }),
    {
      words: state === 'held' ? `Reject ${id}…` : `Take ${id} back…`,
      action: ACTION.rejectHeld,
      value,
      style: 'danger',
    },
    { words: 'Parameters…', action: ACTION.showHeld, value },
  ];
}
