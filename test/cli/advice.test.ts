/** At 3 in the morning people copy what they are told to type: it has to exist. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';

/** What stands in backquotes behind our name, in messages and comments alike. */
function advice(): string[] {
  const files = ['src', 'blocks'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  return files
    .filter((path) => path.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\\?`haltline ([a-z][^`\\]*)/gu)].map(
        ([, words = '']) => words,
      ),
    );
}

/** The words that must follow a command: none where it takes something else. */
function verbsOf(usage: string): string[] {
  const firsts = usage.split(' | ').map((way, at) => way.split(' ')[at === 0 ? 1 : 0] ?? '');
  return firsts.every((first) => /^[a-z][a-z-]*$/u.test(first)) ? firsts : [];
}

it('names only commands that there are', () => {
  const told = advice();

  expect(told.length).toBeGreaterThan(10);
  for (const words of told) {
    const [name = '', verb = ''] = words.trim().split(/[\s,;]+/u);
    if (name === 'help') continue;
    const command = COMMANDS.find((each) => each.name === name);
    expect(command, words).toBeDefined();
    const verbs = verbsOf(command?.usage ?? '');
    if (verbs.length > 1) expect(verbs, words).toContain(verb);
  }
});
