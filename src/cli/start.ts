import type { CliCommand } from './define-cli-command.js';

export const start: CliCommand = {
  name: 'start',
  usage: 'start',
  help: 'Runs the server with the environment of .env.example.',
  run: async () => {
    const { runServer } = await import('../serve.js');
    await runServer();
    return undefined;
  },
};
