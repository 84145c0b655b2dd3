import { z } from 'zod';
import { boardOf, pointWords, type OrderRow } from '../core/board.js';
import type { Status } from '../core/status.js';
import type { CliCommand } from './define-cli-command.js';
import { call } from './http-client.js';

/** Enough to know that it is one: the server and this command are of the same version, or say so here. */
const StatusAnswer = z.custom<Status>(
  (value) =>
    z.looseObject({ halts: z.array(z.unknown()), agents: z.array(z.unknown()) }).safeParse(value).success,
  'the server speaks another version of /v1/status: update this command',
);

export const status: CliCommand = {
  name: 'status',
  usage: 'status',
  help: 'Shows orders in force, enforcement points and open incidents: what /halt status shows.',
  run: async ({ connection }) => {
    const answer = StatusAnswer.parse(await call(connection, 'GET', '/v1/status'));
    return { lines: linesOf(answer), json: answer };
  },
};

function linesOf(status: Status): string[] {
  const board = boardOf(status);
  return [
    `${board.headline} · epoch ${status.epoch}`,
    ...section('Orders in force', [...board.orders, ...board.rehearsals].map(orderText)),
    ...section(
      'Not proven stopped',
      board.waiting.map((point) => `${point.agentId}  ${pointWords(point)}`),
    ),
    ...section(
      'Agents and their enforcement points',
      board.agents.map(({ symbol, name, words }) => `${symbol} ${name}: ${words}`),
    ),
    ...section('Open incidents', status.incidents.map(incidentText)),
  ];
}

function orderText({ symbol, name, words, bar, line }: OrderRow): string {
  const lift = line.liftRequestedBy === null ? '' : ` · lift asked for by ${line.liftRequestedBy}`;
  const uncovered =
    line.uncovered.length === 0 ? '' : ` · without an enforcement point: ${line.uncovered.join(', ')}`;
  return `${symbol} ${name}  ${bar}  ${words}${uncovered} · by ${line.orderedBy} at ${line.at}${lift}`;
}

function incidentText({ name, severity, status, agent, title }: Status['incidents'][number]): string {
  return `${name}  ${severity}  ${status}  ${agent ?? 'unknown agent'}  ${title}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}
