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
  });
}
