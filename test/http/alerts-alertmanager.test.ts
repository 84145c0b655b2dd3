/** Debian's Alertmanager itself at the door: what it sends when an alert comes, goes and comes back. */
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { eventually } from '../support/halting.js';
import { aToken, openHttpDesk } from '../support/http-desk.js';
import { findProgram, startShippedAlertmanager } from '../support/prometheus.js';

const here = findProgram('alertmanager') === undefined ? describe.skip : describe;

async function openHouse() {
  let aheadMs = 0;
  const desk = await openHttpDesk({ now: () => new Date(Date.now() + aheadMs).toISOString() });
  const token = await aToken(desk, { scopes: ['alerts'] });
  await desk.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = desk.server.server.address() as AddressInfo;
  const url = await startShippedAlertmanager({
    haltline: `http://127.0.0.1:${port}`,
    token,
    byPassword: true,
  });
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  return {
    startsAt,
    /** Longer than a post takes to overtake another. */
    wait: () => (aheadMs += 5_000),
    /** As Prometheus says that it fires, for as long; Alertmanager calls it resolved when it hears no more. */
    fire: async (ms: number): Promise<void> => {
      const labels = { alertname: 'AgentSpendRate', agent: 'billing-agent', tenant: 't' };
      const endsAt = new Date(Date.now() + ms).toISOString();
      await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels, startsAt, endsAt }]),
      });
    },
    /** Each episode that we know of, and whether it fires. */
    episodes: async (): Promise<(readonly [string, boolean])[]> => {
      const found = await desk.deps.store.incidents({ limit: 9 });
      if (found.length === 0) return [];
      const { alerts } = (await readIncident(desk.deps.store, 'INC-1')).incident;
      return alerts.map(({ startsAt: began, resolvedAt }) => [began, resolvedAt === null]);
    },
  };
}

here('an Alertmanager that knows HTTP Basic', { timeout: 60_000 }, () => {
  it('opens an incident, ends its alert, and is believed when the same alert fires on after that', async () => {
    const { startsAt, wait, fire, episodes } = await openHouse();

    await fire(2_000);
    const begun = await eventually(episodes, (all) => all.length === 1, 20_000);
    const ended = await eventually(episodes, (all) => all[0]?.[1] === false, 20_000);
    wait();
    await fire(60_000);
    const again = await eventually(episodes, (all) => all.length === 2, 20_000);

    expect([begun, ended]).toEqual([[[startsAt, true]], [[startsAt, false]]]);
    expect(again).toEqual([
      [startsAt, false],
      [startsAt, true],
    ]);
  });
});
