import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ToldReplay } from '../core/tripwire/told-replay.js';
import {
  textOption,
  UsageError,
  type CliCommand,
  type CliInput,
  type CliResult,
} from './define-cli-command.js';
import { call, CallError } from './http-client.js';
import { replayLines } from './replay-lines.js';

/** A replay of weeks reads millions of records; the server gives up before. */
const PATIENCE_MS = 270_000;

const Expected = z.enum(['fires', 'silent']);

export const replay: CliCommand = {
  name: 'replay',
  usage:
    'replay [--tripwire FILE] [--from TIME] [--to TIME] [--agent ID] [--incident INC-n] [--expect fires|silent]',
  help: 'Which alerts a whole tripwires.yml (without one: the rules in force) would have made of stored telemetry, beside those that were made. TIME is like 2026-11-20T03:12:00Z, or how long ago: 7d, 12h, 90min. Nobody is told and nothing is stored. Ends with 0 when an alert would have fired (with --incident: one that tells of the incident; --expect silent: when none would have), else with 1.',
  run: async (input) => {
    const [word] = input.words;
    // A file that is passed over in silence would be a green check of other rules.
    if (word !== undefined) throw new UsageError(`"${word}" is not understood: a file goes after --tripwire`);
    const expected = expectedOf(input);
    const file = textOption(input, 'tripwire');
    const told = ToldReplay.parse(await ask(input, file));
    return { ...resultOf(told, expected), lines: replayLines(told, file ?? 'the rules in force') };
  },
};

async function ask(input: CliInput, file: string | undefined): Promise<unknown> {
  const tripwires = file === undefined ? null : { name: file, text: readText(file) };
  const body = {
    tripwires,
    from: timeOf(input, 'from'),
    to: timeOf(input, 'to'),
    agent: textOption(input, 'agent') ?? null,
    incident: textOption(input, 'incident') ?? null,
  };
  try {
    return await call({ ...input.connection, patienceMs: PATIENCE_MS }, 'POST', '/v1/replay', body);
  } catch (error) {
    throw error instanceof CallError ? withFaults(error) : error;
  }
}

const Faulty = z.object({
  faults: z.array(
    z.object({
      file: z.string(),
      line: z.number().nullable(),
      column: z.number().nullable(),
      advice: z.string(),
    }),
  ),
});

/** A file that cannot be read is no answer to "does it fire": the same exit as for wrong words. */
function withFaults(error: CallError): Error {
  const parsed = Faulty.safeParse(error.answer);
  if (!parsed.success) return error;
  const lines = parsed.data.faults.map(({ file, line, column, advice }) =>
    line === null ? `${file}: ${advice}` : `${file}:${line}:${column ?? 1} ${advice}`,
  );
  return new UsageError(['The tripwires cannot be read:', ...lines].join('\n'));
}

/** Nothing known is neither fired nor silent. */
function resultOf(
  told: ToldReplay,
  expected: z.infer<typeof Expected>,
): Pick<CliResult, 'json' | 'exitCode'> {
  const isKnown = told.telemetry.records > 0 || told.fired > 0;
  // Of an incident is asked whether it would have been told: an alert of the day before is no answer.
  const fires = told.lead === null ? told.fired > 0 : told.lead.first !== null;
  const isMet = isKnown && (expected === 'fires') === fires;
  return { json: { ...told, expected, met: isMet }, exitCode: isMet ? 0 : 1 };
}

function expectedOf(input: CliInput): z.infer<typeof Expected> {
  const parsed = Expected.safeParse(textOption(input, 'expect') ?? 'fires');
  if (!parsed.success) throw new UsageError('--expect is fires or silent');
  return parsed.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read: is there such a file?`);
  }
}

const UNIT_MS = { d: 86_400_000, h: 3_600_000, min: 60_000 } as const;

/** A moment with its zone, or how long ago it was. */
function timeOf(input: CliInput, name: 'from' | 'to'): string | null {
  const text = textOption(input, name);
  if (text === undefined) return null;
  const ago = /^(\d{1,5})(d|h|min)$/u.exec(text);
  if (ago !== null) return new Date(Date.now() - Number(ago[1]) * UNIT_MS[unitOf(ago[2])]).toISOString();
  const at = z.iso.datetime({ offset: true }).safeParse(spelled(text));
  if (!at.success)
    throw new UsageError(
      `--${name} "${text}": write a time with its zone, like 2026-11-20T03:12:00Z, or how long ago, like 7d`,
    );
  return new Date(at.data).toISOString();
}

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d\S*?)? ?(Z|[+-]\d\d:\d\d)$/iu;

/** As replays themselves print times (`2026-11-20 03:12:04Z`), and without seconds, as people write them. */
function spelled(text: string): string {
  const parts = TIME.exec(text.trim());
  if (parts === null) return text;
  const [, day, minute, seconds = ':00', zone = ''] = parts;
  return `${day}T${minute}${seconds}${zone.toUpperCase()}`;
}

function unitOf(unit: string | undefined): keyof typeof UNIT_MS {
  return unit === 'd' || unit === 'h' ? unit : 'min';
}
