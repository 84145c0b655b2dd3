/** A guard whose agent's work is held: it waits for a person, and runs once or not at all. */
import { describe, expect, it } from 'vitest';
import { expireAttempts } from '../../../src/operations/quarantine/expire-attempts.js';
import { listAttempts } from '../../../src/operations/quarantine/list-attempts.js';
import type { HeldAttemptRow } from '../../../src/store/types.js';
import { atDesk, type GuardProcess, type Said, type StartGuard } from '../../support/guard-process.js';
import { aGateway, send, withGateways } from '../../support/gateways.js';
import { eventually, openHaltDesk, type HaltDesk } from '../../support/halting.js';
import { lift, only, order, reject, release } from '../../support/quarantine.js';

const REFUND = { id: 'act-1', actionClass: 'refund', parameters: { charge: 'ch_1', cents: 1250.5, ü: null } };

const ROUTES = [{ path: '/v1/refunds', methods: [], tool: 'stripe.refund', readOnly: false }];

async function holding(start: StartGuard): Promise<{ desk: HaltDesk; agent: GuardProcess; haltId: string }> {
  // A busy machine must not be taken for a lost lease between the claim and the act.
  const desk = await openHaltDesk({ timing: { leaseMs: 4_000 }, registry: withGateways({ routes: ROUTES }) });
  const agent = start(atDesk(desk));
  await agent.hears(({ event }) => event === 'ready');
  const { haltId } = await order(desk.deps, 'hold');
  await agent.hears(({ halts }) => halts?.includes(haltId) === true);
  return { desk, agent, haltId };
}

async function waiting({ deps }: HaltDesk): Promise<HeldAttemptRow> {
  const list = () => listAttempts(deps, { states: ['held'], limit: 10 });
  const { attempts } = await eventually(list, (seen) => seen.attempts.length === 1);
  return only(attempts);
}

/** How it ended, with the ticks of a control plane in between. */
async function ending({ deps }: HaltDesk, { said }: GuardProcess): Promise<Said | undefined> {
  const look = async (): Promise<Said | undefined> => {
    await expireAttempts(deps);
    return said.find(({ id, event }) => id === 'act-1' && event !== 'began');
  };
  return eventually(look, (seen) => seen !== undefined, 8_000);
}

const began = ({ said }: GuardProcess): number => said.filter(({ event }) => event === 'began').length;

export function describeHolding(start: StartGuard): void {
  describe('held', () => {
    it('waits until a person releases it, then runs once', async () => {
      const { desk, agent } = await holding(start);
      agent.act(REFUND);
      const item = await waiting(desk);
      const before = began(agent);

      await release(desk.deps, item);

      expect(await agent.outcome('act-1')).toMatchObject({ event: 'done' });
      expect([before, began(agent)]).toEqual([0, 1]);
      expect(await desk.deps.store.heldAttempt(item.id)).toMatchObject({ state: 'used' });
    });

    it('shows a gateway on its way what lets one request of it pass', async () => {
      const { desk, agent } = await holding(start);
      const { token } = await aGateway(desk, { agentId: 'billing-agent' });
      const { haltId } = await order(desk.deps, 'hold', { kind: 'tool', tool: 'stripe.refund' });
      await agent.hears(({ halts }) => halts?.includes(haltId) === true);
      agent.act(REFUND);
      await release(desk.deps, await waiting(desk));

      const { release: shown } = await agent.hears(({ event }) => event === 'began');

      const headers = { 'x-original-uri': '/v1/refunds', 'x-halt-release': shown ?? '' };
      const ask = () => send(desk.url, { token, headers });
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 403]);
    });

    it('is refused with the words of whoever rejects it', async () => {
      const { desk, agent, haltId } = await holding(start);
      agent.act(REFUND);

      await reject(desk.deps, await waiting(desk));

      expect(await agent.outcome('act-1')).toMatchObject({
        event: 'refused',
        refusal: 'hold',
        haltId,
        reason: 'rejected by U0SRE1: not this customer',
      });
      expect(began(agent)).toBe(0);
    });

    it('pitfall 11: is refused when a halt comes before it is released', async () => {
      const { desk, agent } = await holding(start);
      agent.act(REFUND);
      const item = await waiting(desk);

      const { haltId } = await order(desk.deps, 'deny');
      await release(desk.deps, item).catch(() => undefined);
      await lift(desk.deps, 'H-1');

      expect(await ending(desk, agent)).toMatchObject({ event: 'refused', refusal: 'deny', haltId });
      expect(began(agent)).toBe(0);
    });

    it('goes on when the order that held it is lifted', async () => {
      const { desk, agent, haltId } = await holding(start);
      agent.act(REFUND);
      await waiting(desk);

      await lift(desk.deps, haltId);

      expect(await ending(desk, agent)).toMatchObject({ event: 'done' });
    });

    it('waits on when the control plane is restarted', async () => {
      const { desk, agent } = await holding(start);
      agent.act(REFUND);
      const item = await waiting(desk);

      await desk.restart(100);
      await release(desk.deps, item);

      expect(await agent.outcome('act-1')).toMatchObject({ event: 'done' });
      expect(began(agent)).toBe(1);
    });

    it('ends its waiting when the guard is closed', async () => {
      const { desk, agent } = await holding(start);
      agent.act(REFUND);
      await waiting(desk);

      agent.tell({ do: 'close' });

      expect(await agent.outcome('act-1')).toMatchObject({ event: 'refused', refusal: 'closed' });
    });
  });
}
