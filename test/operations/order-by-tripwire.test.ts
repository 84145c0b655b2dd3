import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/alert.js';
import { ordersInForce } from '../../src/core/containment.js';
import { systemActor } from '../../src/core/actor.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import { grantOrderIn } from '../../src/operations/halting/grant-order.js';
import { orderByTripwire } from '../../src/operations/halting/order-by-tripwire.js';
import { orderEvent } from '../../src/operations/halting/order-event.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { PLANE_STREAM, readPlane } from '../../src/operations/halting/read-plane.js';
import type { Registry } from '../../src/registry/registry.js';
import type { Deps } from '../../src/operations/deps.js';
import { breakable } from '../support/breakable-store.js';
import { anAlert, openByAlert } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

/** The route of the tripwire says `mode: halt`. */
const HALTING = {
  registry: (shipped: Registry): Registry => ({
    ...shipped,
    routes: new Map([...shipped.routes].map(([name, route]) => [name, { ...route, mode: 'halt' as const }])),
  }),
};

async function scopes({ store }: Deps) {
  return ordersInForce(await readPlane(store)).map(({ scope }) => scope);
}

let episode = 0;
const fire = (deps: Deps, change: Partial<Alert> = {}) =>
  openByAlert(deps, { dedupKey: `storm/${(episode += 1)}`, ...change });

describe('a tripwire', () => {
  it('pages and halts nothing as long as its route does not say so', async () => {
    const { deps } = await openPlaneDesk();

    await fire(deps);

    expect(await scopes(deps)).toEqual([]);
  });

  it('orders the narrowest halt: the tool within the agent, in the name of the wire', async () => {
    const { deps } = await openPlaneDesk(HALTING);
    const point = await connect(deps);

    const incident = await fire(deps);

    expect(point.heard.at(-1)?.halts).toMatchObject([
      { scope: { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' }, mode: 'deny' },
    ]);
    expect((await readPlane(deps.store)).orders.get('H-1')).toMatchObject({
      orderedBy: 'tripwire:cost-rate',
      incident,
    });
    expect((await readIncident(deps.store, incident)).incident.pages).toHaveLength(1);
  });

  it('widens when it fires again all the same: the class, then the agent, never everything', async () => {
    const { deps } = await openPlaneDesk(HALTING);

    for (let times = 0; times < 5; times += 1) await fire(deps);

    expect(await scopes(deps)).toEqual([
      { kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' },
      { kind: 'class', actionClass: 'external-api-call', agentId: 'billing-agent' },
      { kind: 'agent', agentId: 'billing-agent' },
    ]);
  });

  it('orders nothing where people have stopped it already', async () => {
    const { deps } = await openPlaneDesk(HALTING);
    await halt(deps);

    await fire(deps);

    expect(await scopes(deps)).toEqual([{ kind: 'all' }]);
  });

  it('orders nothing for an agent that nobody registered: people are paged', async () => {
    const { deps } = await openPlaneDesk(HALTING);

    const incident = await fire(deps, { agentId: 'stray-agent' });

    expect(await scopes(deps)).toEqual([]);
    expect((await readIncident(deps.store, incident)).incident.pages).toHaveLength(1);
  });

  it('pitfall 27: a storm of false alarms halts no more than the cap of an hour, and then pages people', async () => {
    const { deps, pass } = await openPlaneDesk(HALTING);
    const tools = [...deps.registry.agents.values()].flatMap((agent) =>
      agent.tools.map(({ name }) => ({ agentId: agent.id, tool: name })),
    );

    await Promise.all(tools.map((change) => fire(deps, change)));

    const plane = await deps.store.readStream(PLANE_STREAM);
    const withheld = plane.filter(({ type }) => type === 'halt:withheld');
    expect(await scopes(deps)).toHaveLength(3);
    expect(withheld).toHaveLength(tools.length - 3);
    expect(withheld[0]?.data).toMatchObject({ haltsPerHour: 3, tripwire: 'cost-rate' });
    const { incident } = await readIncident(deps.store, 'INC-2');
    expect(incident.pages).toHaveLength(2);
    expect(incident.degraded.map(({ consequence }) => consequence)).toEqual([
      expect.stringMatching(/^The cost-rate tripwire would have halted tool .* and has not/),
    ]);
    pass(61 * 60_000);
    await fire(deps, { agentId: 'platform-agent', tool: 'iam.grant' });
    expect(await scopes(deps)).toHaveLength(4);
  });

  it('pitfall 27: is capped by the hour and not by the process: a restart gives it no further orders', async () => {
    const { deps } = await openPlaneDesk(HALTING);
    for (let times = 0; times < 3; times += 1) await fire(deps);
    const plane = await createHaltPlane(deps.store, { now: deps.now });

    await fire({ ...deps, plane }, { agentId: 'platform-agent', tool: 'iam.grant' });

    expect(await scopes(deps)).toHaveLength(3);
  });

  it('pitfall 27: counts an order that could not be written yet', async () => {
    const { deps } = await openPlaneDesk(HALTING);
    for (let times = 0; times < 2; times += 1) await fire(deps);
    const order = { scope: { kind: 'agent', agentId: 'support-agent' }, mode: 'deny', reason: 'x' } as const;
    const actor = systemActor('tripwire:cost-rate');
    const about = {
      incident: null,
      originChannel: null,
      reviewAt: null,
      rehearsal: false,
      breakGlass: false,
    };
    const event = orderEvent(deps, { ...order, ...about, actor }, { haltId: 'H-9', epoch: 9 });
    deps.plane.orders.unrecorded.set('H-9', { event, actor });

    await fire(deps, { agentId: 'platform-agent', tool: 'iam.grant' });

    expect(await scopes(deps)).toHaveLength(2);
  });

  it('pitfall 27: is capped by the journal, whichever process asks: two that fire at once share one hour', async () => {
    const { deps } = await openPlaneDesk(HALTING);
    const other = { ...deps, plane: await createHaltPlane(deps.store, { now: deps.now }) };
    const incident = await fire(deps, { agentId: 'stray-agent' });
    const alerts = [...deps.registry.agents.values()].flatMap((agent) =>
      agent.tools.map(({ name }) =>
        anAlert({ agentId: agent.id, tool: name, dedupKey: `${agent.id}/${name}` }),
      ),
    );

    const outcomes = await Promise.all(
      alerts.map((alert, index) =>
        orderByTripwire(index % 2 === 0 ? deps : other, { alert, incident, justOpened: false }),
      ),
    );

    expect(outcomes.filter(({ kind }) => kind === 'ordered')).toHaveLength(3);
    expect(outcomes.filter(({ kind }) => kind === 'paged')).toHaveLength(alerts.length - 3);
  });

  it('is granted its order once, although its process died before the order was given', async () => {
    const { deps } = await openPlaneDesk(HALTING);
    const incident = await fire(deps, { agentId: 'stray-agent' });
    const alert = anAlert({ dedupKey: 'died' });
    const wanted = {
      alert,
      incident,
      tripwire: 'cost-rate',
      actor: systemActor('tripwire:cost-rate'),
    } as const;
    await deps.store.transact((tx) => grantOrderIn(tx, deps, wanted));

    await orderByTripwire(deps, { alert, incident, justOpened: false });

    const granted = (await deps.store.readStream(PLANE_STREAM)).filter(({ type }) => type === 'halt:granted');
    expect(await scopes(deps)).toEqual([{ kind: 'tool', tool: 'stripe.refund', agentId: 'billing-agent' }]);
    expect(granted).toHaveLength(1);
  });

  it('halts all the same where nothing can be written', async () => {
    const disk = breakable();
    const { deps: whole } = await openPlaneDesk(HALTING);
    const deps = { ...whole, store: disk.through(whole.store) };
    const incident = await fire(whole, { agentId: 'stray-agent' });
    disk.breaks(true);

    const outcome = await orderByTripwire(deps, { alert: anAlert(), incident, justOpened: false });

    expect(outcome).toMatchObject({ kind: 'ordered', order: { recorded: false } });
    expect(deps.plane.current().halts).toMatchObject([{ scope: { kind: 'tool' }, mode: 'deny' }]);
    disk.breaks(false);
  });
});
