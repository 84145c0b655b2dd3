import { CallError } from './http-client.js';
import type { CliCommand } from './define-cli-command.js';

export const demo: CliCommand = {
  name: 'demo',
  usage: 'demo [--hold]',
  help: 'Plays one whole incident on this machine: no Slack account, no network. --hold leaves it running.',
  run: async ({ options }) => {
    const { runDemo } = await loadDemo();
    process.exit(await runDemo({ hold: options['hold'] === true }));
  },
};

/** Loaded only here: `start` never needs the sandbox, whose Slack stand-in is a development dependency. */
async function loadDemo(): Promise<{ runDemo: (options: { hold: boolean }) => Promise<number> }> {
  try {
    return await import('../sandbox/demo/run-demo.js');
  } catch (cause) {
    throw new CallError(
      'The demo needs the development dependencies: clone the repository and run `npm ci && npm run demo`.',
      { cause },
    );
  }
}
