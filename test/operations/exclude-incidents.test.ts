import { describe, expect, it } from 'vitest';
import { incidentExcluder } from '../../src/operations/incidents/exclude-incidents.js';
import type { IncidentPeriod, Telemetry } from '../../src/telemetry/types.js';
import { openByAlert, openDesk, START } from '../support/desk.js';

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
