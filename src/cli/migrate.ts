import { databasePathOf } from './database-path.js';
import type { CliCommand } from './define-cli-command.js';

export const migrate: CliCommand = {
  name: 'migrate',
  usage: 'migrate [--database PATH]',
  help: 'Brings the database to this version (start does so too). Forward only.',
  run: async (input) => {
    const { openSqliteStore } = await import('../store/sqlite.js');
    const path = databasePathOf(input);
    const store = await openSqliteStore(path);
    const head = await store.head();
    await store.close();
    return { lines: [`${path} is up to date: ${head.size} journal entries.`], json: { path, head } };
  },
};
