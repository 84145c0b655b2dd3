/** `help`, written from the same table that registers the commands. */
import { say } from './escape.js';
import { header, section, surface } from './parts.js';
import type { Rendered } from './rendered.js';

export interface HelpState {
  /** With its slash: `/halt`. */
  readonly command: string;
  readonly description: string;
  readonly subcommands: readonly { readonly usage: string; readonly help: string }[];
}

export function helpMessage({ command, description, subcommands }: HelpState): Rendered {
  return surface({
    text: say`${command}: ${description}`,
    blocks: [
      header(command),
      section(say`${description}`),
      ...subcommands.map(({ usage, help }) => section(say`\`${command} ${usage}\`\n${help}`)),
    ],
    drill: false,
  });
}
