/** An agent in a process of its own that wants to do one thing, and says on one line each what became of it. */
import { createGuard, HaltedError } from '../../dist/src/guard/index.js';

const { url, token, agentId, ...attempt } = JSON.parse(process.argv[2]);
const guard = createGuard({ url, token, agentId });
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

await guard.ready();
say({ ready: agentId });
try {
  await guard.run(attempt, () => say({ ran: attempt.parameters }));
} catch (error) {
  if (!(error instanceof HaltedError)) throw error;
  const { refusal, haltId, heldId, reason } = error;
  say({ refused: refusal, haltId, heldId, reason });
}
await guard.close();
