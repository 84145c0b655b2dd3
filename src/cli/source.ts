import { z } from 'zod';
import {
  byVerb,
  requireArgument,
  textOption,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call } from './http-client.js';
import { testSource } from './source-test.js';

export const source: CliCommand = {
  name: 'source',
  usage:
    'source list | test FILE [--source NAME] [--header "NAME: VALUE"] | pause NAME --reason TEXT | resume NAME',
  help: 'Where alerts come from. `test` prints what each alert of a file (- for standard input) would become, without a server; it ends with 1 when something in it cannot be read. While a source is paused its posts are stored, and taken when it is resumed.',
  run: byVerb({ list, test: testSource, pause, resume }),
};

const Listed = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      format: z.string().nullable(),
      paused: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
      held: z.number(),
      heldSince: z.string().nullable(),
    }),
  ),
});

async function list({ connection }: CliInput): Promise<CliResult> {
  const answer = Listed.parse(await call(connection, 'GET', '/v1/sources/state'));
  const lines = answer.sources.map(({ name, format, paused, held, heldSince }) => {
    const state = paused === null ? 'running' : `PAUSED since ${paused.at} by ${paused.by}: ${paused.reason}`;
    const waiting = held === 0 ? '' : `  ${held} posts wait, the oldest since ${heldSince}`;
    return `${name}  (${format ?? 'no longer in sources.yml'})  ${state}${waiting}`;
  });
  return { lines, json: answer };
}

async function pause(input: CliInput): Promise<CliResult> {
  const reason = textOption(input, 'reason');
  if (reason === undefined) throw new UsageError('--reason is missing: whoever finds it paused has to know');
  const answer = await call(input.connection, 'POST', `${pathOf(input)}/pause`, { reason });
  const name = requireArgument(input, 1, 'the source');
  return {
    lines: [`${name} is paused: what it posts is stored and wakes nobody until it is resumed.`],
    json: answer,
  };
}

const Resumed = z.object({ name: z.string(), held: z.number() });

async function resume(input: CliInput): Promise<CliResult> {
  const answer = Resumed.parse(await call(input.connection, 'POST', `${pathOf(input)}/resume`, {}));
  const { name, held } = answer;
  return { lines: [`${name} is resumed; ${held} stored posts are taken now, in their order.`], json: answer };
}

function pathOf(input: CliInput): string {
  return `/v1/sources/${encodeURIComponent(requireArgument(input, 1, 'the source, e.g. grafana'))}`;
}
