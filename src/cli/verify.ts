import { existsSync } from 'node:fs';
import type { JournalHead } from '../core/journal.js';
import { databasePathOf } from './database-path.js';
import { textOptions, UsageError, type CliCommand } from './define-cli-command.js';

export const verify: CliCommand = {
  name: 'verify',
  usage: 'verify [--database PATH] [--head SIZE:HASH …]',
  help: 'Checks the hash chain of the journal. --head takes what a card in Slack shows: it finds a cut tail.',
  run: async (input) => {
    const path = databasePathOf(input);
    if (!existsSync(path)) throw new UsageError(`There is no database at ${path}.`);
    const expected = textOptions(input, 'head').map(parseHead);
    const { openSqliteStore } = await import('../store/sqlite.js');
    const store = await openSqliteStore(path);
    const result = await store.verify(expected).finally(() => store.close());
    const { entries, broken, erased, head } = result;
    const verdict =
      broken === null
        ? `The journal holds: ${entries} entries, ${erased} private bodies erased, head ${head.size}:${head.hash.slice(0, 16)}.`
        : `The journal is broken at entry ${broken.seq}: ${broken.what}`;
    return { lines: [verdict], json: result, exitCode: broken === null ? 0 : 1 };
  },
};

/** `412:9f3a…`, as a card's footer prints it: the hash may be cut to its first 16 digits. */
function parseHead(text: string): JournalHead {
  const match = /^(\d+):([0-9a-f]{16,64})$/.exec(text.trim());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new UsageError(`--head ${text} is not SIZE:HASH, like 412:9f3a01c2d4e5f607`);
  }
  return { size: Number(match[1]), hash: match[2] };
}
