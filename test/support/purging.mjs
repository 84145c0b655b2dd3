/** Purges a telemetry database step by step, slowly, and says when it is in the middle: to be killed there. */
import { openTables } from '../../dist/src/telemetry/engine/tables.js';
import { openDatabase } from '../../dist/src/telemetry/database/open-database.js';
import { contentKeys } from '../../dist/src/telemetry/content/content-keys.js';
import { purgeSteps } from '../../dist/src/telemetry/retention/purge-steps.js';
import { DEFAULT_RETENTION } from '../../dist/src/core/retention.js';

const [path, ask] = process.argv.slice(2);
const tables = openTables(openDatabase(path), contentKeys([]));
const parts = {
  table: tables.purges,
  content: tables.content,
  together: (work) => tables.together(work),
  financial: [],
  retention: DEFAULT_RETENTION,
};
let steps = 0;
for (const _step of purgeSteps(parts, JSON.parse(ask))) {
  steps += 1;
  if (steps === 3) process.stdout.write('in the middle\n');
  await new Promise((resolve) => setTimeout(resolve, steps < 3 ? 0 : 60_000));
}
