import { describe, expect, it } from 'vitest';
import { ordersInForce } from '../../src/core/containment.js';
import type { Deps } from '../../src/operations/deps.js';
import { raiseFinding } from '../../src/operations/detection/raise-finding.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readPlane } from '../../src/operations/halting/read-plane.js';
import { readWarning } from '../../src/operations/detection/read-warnings.js';
import { openDesk, surfaceNamed } from '../support/desk.js';
import { aFinding } from '../support/findings.js';

const incidentsOf = ({ store }: Deps) => store.incidents({ limit: 10 });
const scopesOf = async ({ store }: Deps) => ordersInForce(await readPlane(store)).map(({ scope }) => scope);

describe('a finding of our own wires', () => {
  it('opens an incident whose title is its sentence and whose chain begins with the act', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding());

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(incident.title).toBe(
      'billing-agent: $41.20 in the hour to 03:12, 7-day median $9.80, limit $19.60 (UTC).',
    );
    expect(incident.agentId).toBe('billing-agent');
    expect(incident.chain.action?.at).toBe('2026-11-20T03:10:00.000Z');
    expect(incident.chain.signal?.at).toBe('2026-11-20T03:11:00.000Z');
    expect(incident.chain.trigger?.at).toBe('2026-11-20T03:12:00.000Z');
    expect(incident.pages).toHaveLength(1);
  });

  it('keeps the ids of the acts with what people wrote, where it can be erased', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding({ actionIds: ['act-1', 'act-2'] }));

    const { incident, history } = await readIncident(deps.store, 'INC-1');
    expect(incident.alerts.map(({ actionIds }) => actionIds)).toEqual([['act-1', 'act-2']]);
    const received = history.map(({ event }) => event).find(({ type }) => type === 'alert:received');
    expect(JSON.stringify(received && 'data' in received ? received.data : null)).not.toContain('act-1');
  });

  it('leaves links unknown that the wire does not know', async () => {
    const { deps } = await openDesk();

    await raiseFinding(
      deps,
      aFinding({ rule: 'silence', tripwire: 'silence', actionAtMs: null, signalAtMs: null }),
    );

    const { incident } = await readIncident(deps.store, 'INC-1');
    expect(incident.chain.action).toBeNull();
    expect(incident.chain.signal).toBeNull();
  });

  it('opens one incident when it is handed over again', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding());
    await raiseFinding(deps, aFinding());

    expect(await incidentsOf(deps)).toHaveLength(1);
    expect((await deps.store.alert(aFinding().dedupKey))?.count).toBe(2);
  });

  it('halts nothing in mode page', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding());

    expect(await scopesOf(deps)).toEqual([]);
  });

  it('orders the narrowest halt in mode halt, whatever the route says, and once', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding({ mode: 'halt' }));
    await raiseFinding(deps, aFinding({ mode: 'halt' }));

    expect(await scopesOf(deps)).toEqual([{ kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' }]);
  });

  it('orders the halt that a crash came before, when it is handed over again', async () => {
    const { deps } = await openDesk();
    await raiseFinding(deps, aFinding({ mode: 'page' }));

    await raiseFinding(deps, aFinding({ mode: 'halt' }));

    expect(await scopesOf(deps)).toHaveLength(1);
  });

  it('is told in mode warn, once, and wakes nobody', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding({ mode: 'warn' }));
    await raiseFinding(deps, aFinding({ mode: 'warn' }));

    const surface = await surfaceNamed(deps, `tripwire-warning:${aFinding().dedupKey}`);
    expect(surface).toMatchObject({ kind: 'tripwire-warning', target: 'C0ANNOUNCE', wantedVersion: 1 });
    expect((await readWarning(deps.store, aFinding().dedupKey))?.sentence).toContain('$41.20');
    expect(await incidentsOf(deps)).toEqual([]);
    expect(await deps.store.readStream('tripwires')).toHaveLength(1);
  });

  it('says nothing to anybody in mode shadow', async () => {
    const { deps } = await openDesk();

    await raiseFinding(deps, aFinding({ mode: 'shadow' }));

    expect(await incidentsOf(deps)).toEqual([]);
    expect(await deps.store.readStream('tripwires')).toEqual([]);
  });

  it('is handed back as not raised when it cannot be stored', async () => {
    const { deps } = await openDesk();
    const broken: Deps = {
      ...deps,
      store: { ...deps.store, transact: () => Promise.reject(new Error('the disk is full')) },
    };

    await expect(raiseFinding(broken, aFinding())).rejects.toThrow();
  });
});
