/** A guard at the real control plane: what an order does to an agent, and when it may be called contained. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { HaltMode } from '../../../src/core/halt.js';
import { orderHalt } from '../../../src/operations/halting/order-halt.js';
import { atDesk, type GuardProcess, type StartGuard } from '../../support/guard-process.js';
import { breakable } from '../../support/breakable-store.js';
import { eventually, openHaltDesk, OPERATOR, QUICK, type HaltDesk } from '../../support/halting.js';
import { freePort } from '../../support/processes.js';

async function working(start: StartGuard): Promise<{ desk: HaltDesk; agent: GuardProcess }> {
  const desk = await openHaltDesk();
  const agent = start(atDesk(desk));
  await agent.hears(({ event }) => event === 'ready');
  return { desk, agent };
}

function order({ deps }: HaltDesk, mode: HaltMode): ReturnType<typeof orderHalt> {
  return orderHalt(deps, {
    scope: { kind: 'class', actionClass: 'financial-transaction' },
    mode,
    reason: 'it spends too much',
    incident: null,
    originChannel: null,
    actor: { ...OPERATOR, roles: [...OPERATOR.roles] },
  });
}

export function describeHalting(start: StartGuard): void {
  describe('at work', () => {
    it('may not act before it has heard from the control plane', async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      const agent = start({ url, token: 'token', agentId: 'billing-agent', abortDeadlineMs: 150 });

      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'starting', haltId: null });
      expect(agent.said.filter(({ event }) => event === 'began')).toEqual([]);
    });

    it('acts while nothing is halted', async () => {
      const { agent } = await working(start);

      expect(await agent.tries()).toMatchObject({ event: 'done', result: 'done' });
    });

    it('is refused once a halt is ordered, told which one and why, and what ran is aborted and proven', async () => {
      const { desk, agent } = await working(start);
      agent.act({ id: 'act-1', how: 'obedient' });
      await agent.hears(({ event, id }) => event === 'began' && id === 'act-1');

      const { haltId, expected } = await desk.order();
      const contained = await desk.until(haltId, (seen) => seen.contained !== null);

      expect(expected).toBe(1);
      expect(await agent.outcome('act-1')).toMatchObject({ event: 'refused', refusal: 'deny', haltId });
      expect(await agent.tries()).toMatchObject({
        haltId,
        reason: 'it spends too much',
        scope: { kind: 'all' },
        mode: 'deny',
        epoch: 1,
      });
      expect(contained.points[0]).toMatchObject({
        level: 'quiesced',
        inflight: { aborted: ['act-1'], uncancellable: [], completedAfter: [] },
      });
      expect(Object.keys(contained.points[0]?.reached ?? {})).toEqual(
        expect.arrayContaining(['received', 'enforced', 'quiesced']),
      );
    });

    it('pitfall 10: is not contained while an action that ignores the order goes on', async () => {
      const { desk, agent } = await working(start);
      agent.act({ id: 'stubborn', how: 'stubborn' });
      await agent.hears(({ event }) => event === 'began');

      const { haltId } = await desk.order();
      const listed = await desk.until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
      await sleep(QUICK.leaseMs);
      const later = await desk.until(haltId, () => true);
      agent.tell({ do: 'finish', id: 'stubborn' });
      const ended = await desk.until(haltId, ({ contained }) => contained !== null);

      expect(listed.points[0]).toMatchObject({
        level: 'enforced',
        inflight: { uncancellable: ['stubborn'] },
      });
      expect(later.contained).toBeNull();
      expect(await agent.outcome('stubborn')).toMatchObject({ event: 'done', result: 'sent anyway' });
      expect(ended.points[0]).toMatchObject({
        level: 'quiesced',
        inflight: { aborted: [], uncancellable: [], completedAfter: ['stubborn'] },
      });
    });

    it('goes on with what an order does not cover', async () => {
      const { desk, agent } = await working(start);
      agent.act({ id: 'mail', tool: 'mail.send', actionClass: 'mail', how: 'stubborn' });
      await agent.hears(({ event }) => event === 'began');

      const { haltId } = await desk.order({ kind: 'tool', tool: 'stripe.refund' });
      const contained = await desk.until(haltId, (seen) => seen.contained !== null);
      agent.tell({ do: 'finish', id: 'mail' });

      expect(contained.points[0]?.inflight.completedAfter).toEqual([]);
      expect(await agent.outcome('mail')).toMatchObject({ event: 'done' });
    });

    it('may read, and nothing else, while its work is degraded', async () => {
      const { desk, agent } = await working(start);
      const { haltId } = await order(desk, 'degraded');
      await desk.until(haltId, ({ contained }) => contained !== null);

      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'deny', haltId });
      expect(await agent.tries({ readOnly: true })).toMatchObject({ event: 'done' });
    });

    it('is told that its work is held, where it does not say with which parameters', async () => {
      const { desk, agent } = await working(start);
      const { haltId } = await order(desk, 'hold');
      await desk.until(haltId, ({ contained }) => contained !== null);

      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'hold', haltId });
    });
  });

  describe('cut off', () => {
    it('denies when its lease is gone, stops what runs, and goes on when the control plane is back', async () => {
      const { desk, agent } = await working(start);
      agent.act({ id: 'act-1', how: 'obedient' });
      await agent.hears(({ event }) => event === 'began');

      const restarted = desk.restart(2 * QUICK.leaseMs);
      await agent.becomes('isolated');

      expect(await agent.outcome('act-1')).toMatchObject({ refusal: 'isolated', haltId: null });
      expect(await agent.tries()).toMatchObject({ refusal: 'isolated' });
      await restarted;
      await agent.becomes('live', 12_000);
      expect(await agent.tries()).toMatchObject({ event: 'done' });
    });

    it('pitfall 01: is halted when it comes back to an order that was given while it was away', async () => {
      const { desk, agent } = await working(start);
      agent.signal('SIGSTOP');

      const { haltId } = await desk.order();
      await desk.until(haltId, ({ points }) => points[0]?.level === 'lease-expired');
      agent.signal('SIGCONT');
      await agent.becomes('live', 12_000);

      expect(await agent.tries()).toMatchObject({ event: 'refused', haltId });
    });

    it('pitfall 02: hands an order back that its control plane has lost, and works on under it', async () => {
      const { through, breaks } = breakable();
      const desk = await openHaltDesk({ through });
      const agent = start(atDesk(desk));
      await agent.hears(({ event }) => event === 'ready');
      breaks(true);
      const lost = await desk.order();
      await agent.hears(({ halts }) => halts?.includes(lost.haltId) === true);

      const restarting = desk.restart(200);
      breaks(false);
      await restarting;
      await eventually(
        () => agent.look(),
        ({ state, epoch = 0 }) => state === 'live' && epoch > lost.epoch,
        15_000,
      );

      expect(lost.recorded).toBe(false);
      expect(desk.deps.plane.current().halts).toMatchObject([{ scope: { kind: 'all' } }]);
      expect(await agent.tries()).toMatchObject({ event: 'refused', refusal: 'deny' });
    });

    it('pitfall 07: may not act once more after it was stopped for longer than its lease', async () => {
      const { desk, agent } = await working(start);
      agent.signal('SIGSTOP');
      await desk.order();
      await sleep(QUICK.leaseMs + 200);

      agent.act({ id: 'first', how: 'return' });
      agent.signal('SIGCONT');

      expect(await agent.outcome('first')).toMatchObject({ event: 'refused' });
    });
  });

  describe('leaving', () => {
    it('says goodbye: no later order waits for it, and it may do nothing more', async () => {
      const { desk, agent } = await working(start);
      agent.tell({ do: 'close' });
      await agent.hears(({ event }) => event === 'closed');

      const { expected } = await desk.order();

      expect(expected).toBe(0);
      expect(await agent.tries()).toMatchObject({ event: 'refused' });
    });

    it('goes on answering for work that would not stop, and leaves when it has ended', async () => {
      const { desk, agent } = await working(start);
      agent.act({ id: 'stubborn', how: 'stubborn' });
      await agent.hears(({ event }) => event === 'began');
      agent.tell({ do: 'close' });
      await agent.hears(({ event }) => event === 'closed');

      const { haltId } = await desk.order();
      const listed = await desk.until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
      agent.tell({ do: 'finish', id: 'stubborn' });
      const ended = await desk.until(haltId, ({ contained }) => contained !== null);

      expect(listed.contained).toBeNull();
      expect(ended.points[0]).toMatchObject({ inflight: { completedAfter: ['stubborn'] } });
    });
  });
}
