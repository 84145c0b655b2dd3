import { describe, expect, it } from 'vitest';
import { changeStatus } from '../../src/operations/incidents/change-status.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { incidentExcluder } from '../../src/operations/incidents/exclude-incidents.js';
import type { IncidentPeriod, Telemetry } from '../../src/telemetry/types.js';
import { openByAlert, openDesk, person, START } from '../support/desk.js';
import { halt, openPlaneDesk } from '../support/plane.js';

const AT = Date.parse(START);

/** Hears what is excluded; whatever else telemetry can, nobody asks for here. */
function aListener() {
  const told: IncidentPeriod[][] = [];
  const excludePeriods: Telemetry['excludePeriods'] = (periods) => {
    told.push([...periods]);
    return Promise.resolve();
  };
  return { told, excludePeriods };
}

describe('the times of incidents', () => {
  it('are told to telemetry from the act on, once, for as long as nothing changes', async () => {
    const { deps } = await openDesk();
    const { told, excludePeriods } = aListener();
    const exclude = incidentExcluder(deps, { excludePeriods });
    await openByAlert(deps, { actionAt: '2026-11-20T02:40:00.000Z' });

    await exclude();
    await exclude();

    expect(told).toEqual([
      [{ agentId: 'billing-agent', incident: 'INC-1', fromMs: AT - 32 * 60_000, toMs: null }],
    ]);
  });

  it('reach every agent that was halted with it: who stands still by order has not fallen silent', async () => {
    const { deps, clock } = await openPlaneDesk();
    const { told, excludePeriods } = aListener();
    const exclude = incidentExcluder(deps, { excludePeriods });
    await halt(deps);
    await halt(deps, { scope: { kind: 'tool', tool: 'stripe.refund' } });

    await exclude();
    await exclude();

    const agents = [...deps.registry.agents.keys()];
    const period = { incident: 'H-1', fromMs: AT, toMs: null };
    expect(told).toEqual([agents.map((agentId) => ({ agentId, ...period }))]);

    clock.advance(60_000);
    const { digest } = await requestLift(deps, {
      haltId: 'H-1',
      reason: 'the cause is fixed',
      actor: person('U0SRE1'),
      person: 'U0SRE1',
    });
    await approveLift(deps, { haltId: 'H-1', digest, actor: person('U0SEC1'), person: 'U0SEC1' });
    await exclude();

    expect(told.at(-1)).toEqual(agents.map((agentId) => ({ agentId, ...period, toMs: AT + 60_000 })));
  });

  it('end when it has recovered, though the post-mortem takes weeks, and go on when it fires again', async () => {
    const { deps, clock } = await openDesk();
    const { told, excludePeriods } = aListener();
    const exclude = incidentExcluder(deps, { excludePeriods });
    const incident = await openByAlert(deps);
    const ends = async (): Promise<number | null | undefined> => {
      await exclude();
      return told.at(-1)?.[0]?.toMs;
    };

    clock.advance(60_000);
    await changeStatus(deps, { incident, to: 'recovered', why: 'undone', actor: person('U0SRE1') });
    const recovered = await ends();
    clock.advance(60_000);
    await openByAlert(deps, { dedupKey: 'once-more' });
    const again = await ends();

    expect([recovered, again]).toEqual([AT + 60_000, null]);
  });

  it('are told again when telemetry did not take them', async () => {
    const { deps } = await openDesk();
    let refuse = true;
    const exclude = incidentExcluder(deps, {
      excludePeriods: () => (refuse ? Promise.reject(new Error('not now')) : Promise.resolve()),
    });
    await openByAlert(deps);

    await expect(exclude()).rejects.toThrow('not now');
    refuse = false;

    await expect(exclude()).resolves.toBeUndefined();
  });
});
