/** The README's commands are those of the tables that register them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS as CLI_COMMANDS } from '../src/cli/commands.js';
import { COMMANDS } from '../src/slack/commands/index.js';

const readme = readFileSync('README.md', 'utf8');

/** A bar inside a table is written `\|`. */
const inTables = readme.replaceAll('\\|', '|');
const shown = [...inTables.matchAll(/`(\/(?:halt|incident|drill) [^`]+)`/g)].map(([, usage]) => usage ?? '');
const usages = COMMANDS.flatMap(({ name, subcommands }) =>
  subcommands.map(({ usage }) => `${name} ${usage}`),
);

describe('the README', () => {
  it.each(usages)('shows %s', (usage) => {
    expect(inTables).toContain(`\`${usage}\``);
  });

  it('shows no command that is not there', () => {
    const known = COMMANDS.flatMap(({ name, subcommands }) =>
      subcommands.map((subcommand) => `${name} ${subcommand.name}`),
    );

    expect(shown.filter((usage) => !known.includes(usage.split(' ').slice(0, 2).join(' ')))).toEqual([]);
  });

  it('names the commands of haltline, each once', () => {
    const [, list = ''] = /`haltline (\w+ \|[^`]+)`/.exec(readme) ?? [];

    expect(list.split('|').map((word) => word.trim())).toEqual(CLI_COMMANDS.map(({ name }) => name));
  });
});

describe('the tables', () => {
  it.each(usages)('begin the usage of %s with its own name', (usage) => {
    const [command = '', name = ''] = usage.split(' ');

    expect(COMMANDS.find((each) => each.name === command)?.subcommands.map((each) => each.name)).toContain(
      name,
    );
  });

  it('say what each command does', () => {
    const helps = COMMANDS.flatMap(({ subcommands }) => subcommands.map(({ help }) => help));

    for (const help of [...helps, ...CLI_COMMANDS.map((each) => each.help)])
      expect(help).toMatch(/^[A-Z].{8,}\.$/);
  });

  it.each(CLI_COMMANDS.map(({ name, usage }) => [usage, name]))(
    'the CLI’s usage %s begins with %s',
    (usage, name) => {
      expect(usage.split(' ')[0]).toBe(name);
    },
  );
});
