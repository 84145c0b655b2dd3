import type { Connection } from './http-client.js';

/** What a command prints and how it ends. `lines` for people, `json` for `--json`. */
export interface CliResult {
  readonly lines: readonly string[];
  readonly json: unknown;
  /** 0 done, 1 refused or failed; 0 when left out. */
  readonly exitCode?: 0 | 1;
}

export interface CliInput {
  /** Words after the command, without options. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly connection: Connection;
  /** Progress for people, on standard error. */
  readonly say: (line: string) => void;
}

/** A row in the table of commands; `help` is read from it. */
export interface CliCommand {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  /** Undefined for a command that has printed by itself and keeps running. */
  readonly run: (input: CliInput) => Promise<CliResult | undefined>;
}

/** Wrong words: exit 2 and the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The text of an option; undefined where it was not given. */
export function textOption({ options }: CliInput, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may be given several times. */
export function textOptions({ options }: CliInput, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** The word at a place, or the usage. */
export function requireArgument({ words }: CliInput, index: number, what: string): string {
  const word = words[index];
  if (word === undefined) throw new UsageError(`${what} is missing`);
  return word;
}

/** A command that does what its first word says. */
export function byVerb(verbs: Readonly<Record<string, CliCommand['run']>>): CliCommand['run'] {
  const names = Object.keys(verbs);
  const last = names.at(-1) ?? '';
  return (input) => {
    const verb = requireArgument(input, 0, `${names.slice(0, -1).join(', ')} or ${last}`);
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (run === undefined) throw new UsageError(`"${verb}" is none of ${names.join(', ')}`);
    return run(input);
  };
}
