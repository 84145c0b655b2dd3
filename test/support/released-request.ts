/** An agent with a guard behind a gateway: its refund is held, a person releases it, and it asks twice with what it was given. */
import type { HaltDesk } from './halting.js';
import { eventually } from './halting.js';
import { heard, order, release } from './quarantine.js';

/** The statuses of both requests; `ask` sends one with these headers. */
export async function askTwiceWhenReleased(
  desk: HaltDesk,
  ask: (headers: Record<string, string>) => Promise<{ readonly status: number }>,
): Promise<number[]> {
  const guard = desk.guard();
  await guard.ready();
  const { haltId } = await order(desk.deps, 'hold', { kind: 'tool', tool: 'stripe.refund' });
  await heard(guard, haltId);
  const attempt = { tool: 'stripe.refund', actionClass: 'external-api-call', parameters: { amount: 10 } };
  const running = guard.run(attempt, async (context) => {
    const headers = { 'x-halt-release': context.release ?? '' };
    return [await ask(headers), await ask(headers)].map(({ status }) => status);
  });
  const item = await eventually(
    () => desk.deps.store.heldAttempt('Q-1'),
    (held) => held !== undefined,
  );
  if (item === undefined) throw new Error('nothing waits');
  await release(desk.deps, item);
  return running;
}
