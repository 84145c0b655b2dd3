/** Runs the server until a signal. A promise that nobody awaited ends it: a supervisor starts it anew. */
import { createApp } from './app.js';
import { ConfigError, readConfig } from './config.js';
import { createLog } from './log.js';
import { RegistryError } from './registry/registry-error.js';

const GRACE_MS = 10_000;

export async function runServer(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  process.on('unhandledRejection', (reason) => {
    log.fatal({ err: reason }, 'a promise was rejected and nobody awaited it');
    process.exit(1);
  });
  const app = await createApp(config, log);
  await app.start();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), GRACE_MS).unref();
      void app.stop().then(() => process.exit(0));
    });
  }
}

/** Faults that people can mend are printed as sentences, everything else with its stack. */
export function explainStart(error: unknown): string {
  const known = error instanceof ConfigError || error instanceof RegistryError;
  const named =
    error instanceof Error && (known || error.name === 'BadTokenError' || error.name === 'DomainError');
  return named ? error.message : String(error instanceof Error ? error.stack : error);
}
