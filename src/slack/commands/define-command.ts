import { helpMessage } from '../../../blocks/help.js';
import { DomainError } from '../../core/errors.js';
import type { Door } from '../door/press.js';
import type { Press, Reply } from '../door/reply.js';

/** A row in the table of commands: registration, help and README are all read from it. */
export interface Subcommand {
  /** What follows the slash command: `all`, `agent`. */
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  readonly run: (door: Door, input: CommandInput) => Promise<Reply | undefined>;
}

export interface CommandInput {
  readonly press: Press;
  /** Everything after the subcommand, trimmed. */
  readonly rest: string;
  /** `rest` cut at white space. */
  readonly words: readonly string[];
}

export interface Command {
  /** With its slash: `/halt`. */
  readonly name: string;
  readonly description: string;
  readonly subcommands: readonly Subcommand[];
  /** What the bare command does; it has a trigger id to open a modal with. */
  readonly bare: (door: Door, press: Press) => Promise<Reply | undefined>;
}

/** `help`, a subcommand with the rest, or a refusal that shows what there is. */
export async function runCommand(
  command: Command,
  door: Door,
  { press, text }: { press: Press; text: string },
): Promise<Reply | undefined> {
  const [word = '', ...words] = text.trim().split(/\s+/);
  if (word === '') return command.bare(door, press);
  if (word.toLowerCase() === 'help') return helpMessage({ ...command, command: command.name });
  const found = command.subcommands.find(({ name }) => name === word.toLowerCase());
  if (found === undefined) throw new DomainError('invalid-input', `I do not know that.\n${usageOf(command)}`);
  return found.run(door, { press, words, rest: text.trim().slice(word.length).trim() });
}

/** `/halt all`, without what else was typed: for the log and the journal. */
export function describeCommand({ name, subcommands }: Command, text: string): string {
  const [word = ''] = text.trim().toLowerCase().split(/\s+/);
  return subcommands.some((each) => each.name === word) ? `${name} ${word}` : name;
}

/** One line a subcommand, as `help` and the README show it. */
export function usageOf({ name, subcommands }: Command): string {
  return subcommands.map(({ usage, help }) => `\`${name} ${usage}\` ${help}`).join('\n');
}

/** The first word, or a refusal that shows the usage. */
export function requireWord(input: CommandInput, usage: string): string {
  const [word] = input.words;
  if (word === undefined) throw new DomainError('invalid-input', `Something is missing: \`${usage}\``);
  return word;
}

/** `rest` without its first word. */
export function afterFirstWord({ rest, words }: CommandInput): string {
  return rest.slice(words[0]?.length ?? 0).trim();
}

/** The user of an escaped mention `<@U123|name>` or a bare id. */
export function parseUser(word: string | undefined): string | undefined {
  return (
    /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word ?? '')?.[1] ?? /^([UW][A-Z0-9]{3,})$/.exec(word ?? '')?.[1]
  );
}
