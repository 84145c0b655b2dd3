#!/usr/bin/env node
/** `haltline …`: exit 0 done, 1 refused or failed, 2 usage. */
import { parseArgs } from 'node:util';
import { readClientConfig } from '../config.js';
import { COMMANDS } from './commands.js';
import { UsageError, type CliCommand, type CliResult } from './define-cli-command.js';
import { harmless } from './harmless.js';
import { CallError } from './http-client.js';

const OPTIONS = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  reason: { type: 'string' },
  incident: { type: 'string' },
  'no-wait': { type: 'boolean' },
  in: { type: 'string' },
  mode: { type: 'string' },
  'review-in': { type: 'string' },
  drill: { type: 'boolean' },
  approve: { type: 'boolean' },
  digest: { type: 'string' },
  scope: { type: 'string', multiple: true },
  role: { type: 'string', multiple: true },
  name: { type: 'string' },
  person: { type: 'string' },
  agent: { type: 'string' },
  head: { type: 'string', multiple: true },
  database: { type: 'string' },
  user: { type: 'string' },
  out: { type: 'string' },
  hold: { type: 'boolean' },
  probe: { type: 'boolean' },
  source: { type: 'string' },
  header: { type: 'string', multiple: true },
  tripwire: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  expect: { type: 'string' },
} as const;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return usage(name);
  try {
    const { values, positionals } = parseArgs({
      args: rest,
      options: OPTIONS,
      allowPositionals: true,
      strict: true,
    });
    if (values.help === true) return print({ lines: [lineOf(command)], json: command.usage }, false);
    const result = await command.run({
      words: positionals,
      options: values,
      connection: readClientConfig(),
      say: (line) => process.stderr.write(`${line}\n`),
    });
    return result === undefined ? 0 : print(result, values.json === true);
  } catch (error) {
    return explain(error, command);
  }
}

function print(result: CliResult, asJson: boolean): number {
  const text = asJson ? JSON.stringify(result.json, null, 2) : harmless(result.lines.join('\n'));
  process.stdout.write(`${text}\n`);
  return result.exitCode ?? 0;
}

function explain(error: unknown, command: CliCommand): number {
  const usageFault =
    error instanceof UsageError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (usageFault) {
    process.stderr.write(`${error.message}\nusage: haltline ${command.usage}\n`);
    return 2;
  }
  const known = error instanceof CallError || (error instanceof Error && KNOWN.has(error.name));
  const words =
    known && error instanceof Error ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`${harmless(words)}\n`);
  return 1;
}

/** Faults with a message written for people. */
const KNOWN: ReadonlySet<string> = new Set(['ConfigError', 'RegistryError', 'BadTokenError', 'DomainError']);

function usage(name: string | undefined): number {
  const asked = name === undefined || name === 'help' || name === '--help' || name === '-h';
  const text = ['haltline <command> [--json]', '', ...COMMANDS.map(lineOf)].join('\n');
  if (asked) process.stdout.write(`${text}\n`);
  else process.stderr.write(`There is no command "${name}".\n${text}\n`);
  return name === undefined || !asked ? 2 : 0;
}

function lineOf({ usage: how, help }: CliCommand): string {
  return `  ${how}\n      ${help}`;
}

process.exitCode = await main(process.argv.slice(2));
