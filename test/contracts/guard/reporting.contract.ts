/** What a guard reports to telemetry of each attempt. */
import { describe, expect, it } from 'vitest';
import { atDesk, type StartGuard } from '../../support/guard-process.js';
import { eventually, openHaltDesk } from '../../support/halting.js';
import { openTelemetryDesk } from '../../support/telemetry-desk.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'external-api-call' };

export function describeReporting(start: StartGuard): void {
  describe('reporting', () => {
    it('tells of every attempt what it was and what was said to it, before anybody asks', async () => {
      const { telemetry, trace } = await openTelemetryDesk();
      const desk = await openHaltDesk({ telemetry });
      const agent = start(atDesk(desk));
      await agent.becomes('live');

      await agent.tries({ id: 'act-allowed', ...REFUND });
      await desk.order({ kind: 'tool', tool: 'stripe.refund' });
      await eventually(
        () => agent.tries({ id: `act-${performance.now()}`, ...REFUND }),
        ({ event }) => event === 'refused',
      );
      await agent.tries({ id: 'act-denied', ...REFUND });

      const look = (id: string) =>
        eventually(
          () => trace(id),
          (read) => read !== undefined,
          8_000,
        );
      expect(await look('act-allowed')).toMatchObject({
        ...REFUND,
        agentId: 'billing-agent',
        check: { verdict: 'allow' },
      });
      expect(await look('act-denied')).toMatchObject({
        ...REFUND,
        outcome: 'denied',
        check: { verdict: 'deny' },
      });
    });

    it.each([
      ['a stream', false],
      ['questions alone', true],
    ])('tells by %s what was written for people to see, and who looked at it', async (_how, asks) => {
      const { telemetry, trace } = await openTelemetryDesk();
      const desk = await openHaltDesk({ telemetry });
      const agent = start(atDesk(desk, { asks }));
      await agent.hears(({ event }) => event === 'ready');
      const presentedAt = '2026-11-20T03:00:00.000Z';
      const artifact = { actionId: 'act-1', visibility: 'customer', tool: 'email.send' };

      agent.tell({ do: 'wrote', ...artifact, presentedAt, reviewer: 'U0SRE1' });

      const read = await eventually(
        () => trace('act-1'),
        (seen) => seen?.reports.length === 2,
        8_000,
      );
      expect(read).toMatchObject({ agentId: 'billing-agent', tool: 'email.send' });
      expect(read?.reports).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ kind: 'artifact', customerVisible: true }),
          expect.objectContaining({
            kind: 'review',
            review: expect.objectContaining({ presentedAtMs: Date.parse(presentedAt), reviewer: 'U0SRE1' }),
          }),
        ]),
      );
    });
  });
}
