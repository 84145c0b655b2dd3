/** The halt board: one message that always shows every order in force and every enforcement point. */
import { boardOf, type Board, type OrderRow } from '../src/core/board.js';
import { differenceInMilliseconds } from 'date-fns';
import { CONTAINMENT_TARGET_SECONDS } from '../src/core/containment.js';
import type { Instant } from '../src/core/ids.js';
import type { BoardStatus, PointLine } from '../src/core/status.js';
import { ACTION } from './action-ids.js';
import { join, say, timeText, type Mrkdwn } from './escape.js';
import { button, context, header, section, surface, when } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { orderLine, rowLine, waitingLine } from './status.js';

/** Rows with a button of their own; orders of a kind, and agents, as many as one looks at. */
const ROWS_WITH_BUTTON = 8;
const ORDERS = 8;
const AGENTS = 20;

export function haltBoardMessage(status: BoardStatus): Rendered {
  const board = boardOf(status);
  return surface({
    text: say`Halt board: ${board.headline}`,
    blocks: [
      header(`${board.symbol} ${board.headline}`),
      ...orderSections(board.orders.filter(isUnproven)),
      ...waitingSections(board, status),
      ...orderSections(board.orders.filter((row) => !isUnproven(row))),
      ...orderSections(board.rehearsals),
      ...agentSection(board),
      context(...when(status.halts.length > 0, LEGEND), footer(status)),
    ],
    drill: false,
  });
}

const LEGEND = say`🟩 proven stopped · 🟨 refuses, still draining · 🟥 neither`;

function footer({ epoch, at }: BoardStatus): Mrkdwn {
  return say`Halt board · epoch ${epoch} · ${timeText(at)} · \`/halt\` orders, \`/halt status\` says more`;
}

function isUnproven({ line }: OrderRow): boolean {
  return line.containedSeconds === null;
}

function orderSections(rows: readonly OrderRow[]): Block[] {
  const more = when(rows.length > ORDERS, context(say`… ${rows.length - ORDERS} more of these`));
  return [...rows.slice(0, ORDERS).map((row) => section(orderLine(row))), ...more];
}

/** Whatever an order waits for stands above all that is well, and can be vouched for once it is late. */
function waitingSections({ waiting }: Board, status: BoardStatus): Block[] {
  if (waiting.length === 0) return [];
  const shown = waiting.slice(0, ROWS_WITH_BUTTON);
  const hidden = waiting.length - shown.length;
  return [
    section(say`*Not proven stopped*`),
    ...shown.map((point) =>
      isLate(point, status.at)
        ? section(waitingLine(point), button(markPress(point)))
        : section(waitingLine(point)),
    ),
    ...when(hidden > 0, context(say`… ${hidden} more that an order waits for: the agents below sum them up`)),
  ];
}

/** An operator vouches for a point only once it has missed the target: another order gives it no more time. */
function isLate({ waitedSince }: PointLine, at: Instant): boolean {
  return (
    waitedSince !== null && differenceInMilliseconds(at, waitedSince) > CONTAINMENT_TARGET_SECONDS * 1000
  );
}

function markPress({ haltId, pointId }: PointLine) {
  return { words: 'Stopped otherwise…', action: ACTION.markPoint, value: { haltId, pointId } };
}

function agentSection({ agents }: Board): Block[] {
  if (agents.length === 0) return [];
  const shown = agents.slice(0, AGENTS).map(rowLine);
  const more = when(agents.length > AGENTS, say`… ${agents.length - AGENTS} more agents`);
  return [section(join([say`*Agents*`, ...shown, ...more], '\n'))];
}
