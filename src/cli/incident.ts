import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import {
  requireArgument,
  textOption,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call, CallError, download } from './http-client.js';
import { ToldTrace, traceLines } from './trace-lines.js';

type Verb = (input: CliInput) => Promise<CliResult>;

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['list', list],
  ['show', show],
  ['post-mortem', postMortem],
  ['trace', trace],
  ['release-hold', releaseHold],
  ['acknowledge', acknowledge],
]);

export const incident: CliCommand = {
  name: 'incident',
  usage:
    'incident list | show INC-n | post-mortem INC-n [--out FILE] | trace ACTION-ID | release-hold INC-n --reason TEXT | acknowledge INC-n',
  help: 'Reads incidents, their post-mortems, and the reasoning trace around an action: what the agent was told, thought and did. release-hold ends the keeping of a closed incident’s telemetry; a person of legal or the incident commander may. acknowledge says that you are on it, also while Slack is away: pages end.',
  run: async (input) => {
    const known = [...VERBS.keys()].join(', ');
    const word = requireArgument(input, 0, `one of ${known}`);
    const verb = VERBS.get(word);
    if (verb === undefined) throw new UsageError(`"${word}" is none of ${known}`);
    return verb(input);
  },
};

function incidentPath(input: CliInput): string {
  return `/v1/incidents/${encodeURIComponent(requireArgument(input, 1, 'the incident, like INC-7'))}`;
}

async function list({ connection }: CliInput): Promise<CliResult> {
  return asJson(await call(connection, 'GET', '/v1/incidents'));
}

async function show(input: CliInput): Promise<CliResult> {
  return asJson(await call(input.connection, 'GET', incidentPath(input)));
}

function asJson(answer: unknown): CliResult {
  return { lines: [JSON.stringify(answer, null, 2)], json: answer };
}

async function postMortem(input: CliInput): Promise<CliResult> {
  const markdown = await download(input.connection, `${incidentPath(input)}/post-mortem.md`);
  const out = textOption(input, 'out');
  if (out === undefined) return { lines: [markdown], json: { markdown } };
  write(out, markdown);
  return { lines: [`Written to ${out}.`], json: { out } };
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CallError(`${path} cannot be written: is there such a folder, and may you write there?`, {
      cause,
    });
  }
}

async function trace(input: CliInput): Promise<CliResult> {
  const actionId = encodeURIComponent(requireArgument(input, 1, 'the action id, as the card names it'));
  const answer = await call(input.connection, 'GET', `/v1/actions/${actionId}/trace`);
  return { lines: traceLines(ToldTrace.parse(answer)), json: answer };
}

const Released = z.looseObject({ incident: z.string(), by: z.string(), at: z.string() });

async function releaseHold(input: CliInput): Promise<CliResult> {
  const path = `${incidentPath(input)}/release-hold`;
  const reason = textOption(input, 'reason');
  if (reason === undefined) throw new UsageError('--reason is missing: auditors will ask for it');
  const released = Released.parse(await call(input.connection, 'POST', path, { reason }));
  const { incident: name, at } = released;
  const words = `The hold of ${name} was released at ${at}: the next purge keeps its telemetry no longer than any other. That cannot be taken back.`;
  return { lines: [words], json: released };
}

const Acknowledged = z.looseObject({
  first: z.boolean(),
  by: z.string(),
  at: z.string(),
  incident: z.string(),
});

async function acknowledge(input: CliInput): Promise<CliResult> {
  const answer = Acknowledged.parse(
    await call(input.connection, 'POST', `${incidentPath(input)}/acknowledge`, {}),
  );
  const { first, by, at, incident: name } = answer;
  const words = first
    ? `You are on ${name} since ${at}: nobody else is paged for it.`
    : `${by} has been on ${name} since ${at}.`;
  return { lines: [words], json: answer };
}
