import { z } from 'zod';
import { boardOf, pointSymbol, pointWords, type OrderRow } from '../core/board.js';
import { statusWords } from '../core/incident-words.js';
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
    `${board.symbol} ${board.headline} · epoch ${status.epoch}`,
    ...section('Orders in force', board.orders.map(orderText)),
    ...(board.rehearsals.length === 0
      ? []
      : section('Rehearsals: nothing is denied', board.rehearsals.map(orderText))),
    ...section(
      'Not proven stopped',
      board.waiting.map((point) => `${pointSymbol(point.level)} ${point.agentId}  ${pointWords(point)}`),
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
  return `${symbol} ${name}  ${bar}  ${words} · by ${line.orderedBy} at ${line.at}${lift}`;
}

function incidentText(incident: Status['incidents'][number]): string {
  const { name, severity, agent, title, umbrella, members } = incident;
  const below = umbrella === null ? '' : `  (below ${umbrella})`;
  const state = `${severity.toUpperCase()} ${statusWords(incident)}`;
  const line = `${name}  ${state}  ${agent ?? 'unknown agent'}  ${title}${below}`;
  const lines = members.map((member) => `    ↳ ${member.incident}  ${member.agent ?? 'unknown agent'}`);
  return [line, ...lines].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}
