/** What stands at this moment: halts in force, enforcement points, open incidents. */
import {
  boardOf,
  pointSymbol,
  pointWords,
  type Board,
  type BoardRow,
  type OrderRow,
} from '../src/core/board.js';
import { statusWords } from '../src/core/incident-words.js';
import type { Instant } from '../src/core/ids.js';
import type { IncidentLine, PointLine, Status } from '../src/core/status.js';
import { channelLink, join, say, mention, timeText, type Mrkdwn } from './escape.js';
import { context, header, section, surface, when } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { count } from './words.js';

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
    section(say`${board.symbol} *${board.headline}*`),
    ...orderBlocks(board),
    ...waitingBlocks(board),
    section(list('Agents and their enforcement points', board.agents.map(rowLine), say`None.`)),
    section(list('Open incidents', status.incidents.map(incidentLine), say`None.`)),
  ];
}

/** Every order with its bar, the unproven first; rehearsals stop nothing, so they are no orders in force. */
function orderBlocks({ orders, rehearsals }: Board): Block[] {
  return [
    section(list('Orders in force', orders.map(orderLine), say`None.`)),
    ...when(
      rehearsals.length > 0,
      section(list('Rehearsals: nothing is denied', rehearsals.map(orderLine), say``)),
    ),
  ];
}

/** What an order still waits for, each point with what it says of itself. */
function waitingBlocks({ waiting }: Board): Block[] {
  if (waiting.length === 0) return [];
  return [section(list('Not proven stopped', waiting.map(waitingLine), say``))];
}

export function waitingLine(point: PointLine): Mrkdwn {
  return say`${pointSymbol(point.level)} *${point.agentId.slice(0, NAME_MAX)}* ${pointWords(point).slice(0, WORDS_MAX)}`;
}

function list(title: string, rows: readonly Mrkdwn[], none: Mrkdwn): Mrkdwn {
  const more = when(rows.length > ROWS, say`… ${rows.length - ROWS} more`);
  return join([say`*${title}*`, ...(rows.length === 0 ? [none] : rows.slice(0, ROWS)), ...more], '\n');
}

export function orderLine({ symbol, name, words, bar, line }: OrderRow): Mrkdwn {
  const by = say`ordered by ${mention(line.orderedBy)} ${timeText(line.at)}`;
  const lift =
    line.liftRequestedBy === null ? say`` : say` · lift asked for by ${mention(line.liftRequestedBy)}`;
  return say`${symbol} *${name.slice(0, NAME_MAX)}*  ${bar}\n${words} · ${by}${lift}`;
}

export function rowLine({ symbol, name, words }: BoardRow): Mrkdwn {
  return say`${symbol} *${name.slice(0, NAME_MAX)}* ${words.slice(0, WORDS_MAX)}`;
}

function incidentLine(incident: IncidentLine): Mrkdwn {
  const { name, severity, channelId, channelName, title, agent, kind, members, umbrella } = incident;
  const symbol = kind === 'drill' ? '🧪 ' : members.length > 0 ? '☂️ ' : '';
  const above = umbrella === null ? say`` : say` · below ${umbrella}`;
  const where = channelId === null ? say`${channelName}` : channelLink(channelId);
  const state = `${severity.toUpperCase()} ${statusWords(incident)}`;
  return say`${symbol}*${name}* ${state} · ${agent ?? 'unknown agent'} · ${where} · ${title.slice(0, 120)}${above}${below(members)}`;
}

const MEMBERS = 12;

/** Members without a channel of their own have no line of their own either. */
function below(members: IncidentLine['members']): Mrkdwn {
  if (members.length === 0) return say``;
  const names = members
    .slice(0, MEMBERS)
    .map(({ incident, agent }) => say`${incident} ${(agent ?? '?').slice(0, 40)}`);
  const more = when(members.length > MEMBERS, say`… ${members.length - MEMBERS} more`);
  return say`\n  ↳ ${join([...names, ...more], ' · ')}`;
}
