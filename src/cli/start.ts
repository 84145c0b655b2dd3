import { runServer } from '../serve.js';
import type { CliCommand } from './define-cli-command.js';

export const start: CliCommand = {
  name: 'start',
  usage: 'start',
  help: 'Runs the server with the environment of .env.example.',
  run: async () => {
    await runServer();
    return undefined;
  },
};
