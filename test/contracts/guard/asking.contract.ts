/** A guard that asks before every action, for agents that live too short to hold a stream open. */
import { describe, expect, it } from 'vitest';
import { atDesk, type GuardProcess, type StartGuard } from '../../support/guard-process.js';
import { aTokenRow, openHaltDesk, type HaltDesk } from '../../support/halting.js';
import { freePort } from '../../support/processes.js';

async function asking(start: StartGuard): Promise<{ desk: HaltDesk; agent: GuardProcess }> {
  const desk = await openHaltDesk();
  const token = await aTokenRow(desk.deps, { scopes: ['guard'], agentId: 'billing-agent', name: 'lambda' });
  const agent = start({ ...atDesk(desk), token, asks: true });
  return { desk, agent };
}

const KNOWN = { actionClass: 'external-api-call' };

export function describeAsking(start: StartGuard): void {
  describe('asking before each action', () => {
    it('acts while nothing is halted, and is refused from the very moment of the order', async () => {
      const { desk, agent } = await asking(start);
      const before = await agent.tries(KNOWN);

      const { haltId } = await desk.order();

      expect(before).toMatchObject({ event: 'done' });
      expect(await agent.tries(KNOWN)).toMatchObject({
        event: 'refused',
        refusal: 'deny',
        haltId,
        reason: 'it spends too much',
      });
    });

    it('is refused where nobody answers', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const agent = start({ url, token: 'token', agentId: 'a', abortDeadlineMs: 150, asks: true });

      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'unanswered', haltId: null });
    });
  });
}
