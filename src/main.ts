/** The process: `node dist/src/main.js`. Ends with 1 and a sentence when it cannot start. */
import { explainStart, runServer } from './serve.js';

runServer().catch((error: unknown) => {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exit(1);
});
