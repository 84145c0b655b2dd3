/** What stands at this moment: halts in force, enforcement points, open incidents. */
import { boardOf, pointWords, type Board, type BoardRow, type OrderRow } from '../src/core/board.js';
import type { Instant } from '../src/core/ids.js';
import type { IncidentLine, Status } from '../src/core/status.js';
import { channelLink, join, say, mention, timeText, type Mrkdwn } from './escape.js';
import { context, header, section, surface, when } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { count, STATUS_WORDS } from './words.js';

const ROWS = 15;
const NAME_MAX = 80;
const WORDS_MAX = 300;

/** `/halt status` and `/incident status`, for the one who asked. */
export function statusMessage(status: Status, now: Instant): Rendered {
  const text = say`${count(status.halts.length, 'halt')} in force · ${count(status.incidents.length, 'open incident')}`;
  return surface({
    text,
    blocks: [
      header('What stands now'),
      ...statusBlocks(status),
      context(say`${timeText(now)} · epoch ${status.epoch}`),
    ],
    drill: false,
  });
}

/** The same lists as App Home shows them. */
export function statusBlocks(status: Status): Block[] {
  const board = boardOf(status);
  return [
    section(say`${board.alarm ? '🟠' : status.halts.length > 0 ? '🛑' : '✅'} *${board.headline}*`),
    ...orderBlocks(board),
    ...waitingBlocks(board),
    section(list('Agents and their enforcement points', board.agents.map(rowLine), say`None.`)),
    section(list('Open incidents', status.incidents.map(incidentLine), say`None.`)),
  ];
}

/** Every order with its bar, the unproven first. */
function orderBlocks({ orders, rehearsals }: Board): Block[] {
  const rows = [...orders, ...rehearsals].map(orderLine);
  if (rows.length === 0) return [section(say`*Orders in force*\nNone: agents run under their own guards.`)];
  return [section(list('Orders in force', rows, say``))];
}

/** What an order still waits for, each point with what it says of itself. */
function waitingBlocks({ waiting }: Board): Block[] {
  if (waiting.length === 0) return [];
  const rows = waiting.map(
    (point) => say`🟥 *${point.agentId.slice(0, NAME_MAX)}* ${pointWords(point).slice(0, WORDS_MAX)}`,
  );
  return [section(list('Not proven stopped', rows, say``))];
}

function list(title: string, rows: readonly Mrkdwn[], none: Mrkdwn): Mrkdwn {
  const more = when(rows.length > ROWS, say`… ${rows.length - ROWS} more`);
  return join([say`*${title}*`, ...(rows.length === 0 ? [none] : rows.slice(0, ROWS)), ...more], '\n');
}

export function orderLine({ symbol, name, words, bar, line }: OrderRow): Mrkdwn {
  const by = say`ordered by ${mention(line.orderedBy)} ${timeText(line.at)}`;
  const lift =
    line.liftRequestedBy === null ? say`` : say` · lift asked for by ${mention(line.liftRequestedBy)}`;
  const uncovered =
    line.uncovered.length === 0
      ? say``
      : say` · ⚠️ ${count(line.uncovered.length, 'agent')} without an enforcement point`;
  return say`${symbol} *${name.slice(0, NAME_MAX)}*  ${bar}\n${words}${uncovered} · ${by}${lift}`;
}

export function rowLine({ symbol, name, words }: BoardRow): Mrkdwn {
  return say`${symbol} *${name.slice(0, NAME_MAX)}* ${words.slice(0, WORDS_MAX)}`;
}

function incidentLine(incident: IncidentLine): Mrkdwn {
  const { name, severity, status, channelId, channelName, title, agent, kind } = incident;
  const symbol = kind === 'drill' ? '🧪 ' : '';
  const where = channelId === null ? say`${channelName}` : channelLink(channelId);
  const state = `${severity.toUpperCase()} ${STATUS_WORDS[status]}`;
  return say`${symbol}*${name}* ${state} · ${agent ?? 'unknown agent'} · ${where} · ${title.slice(0, 120)}`;
}
