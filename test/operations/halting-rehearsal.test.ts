import { describe, expect, it } from 'vitest';
import { endRehearsals } from '../../src/operations/halting/end-rehearsals.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import { listStatus } from '../../src/operations/halting/list-status.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { markPoint } from '../../src/operations/points/mark-point.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import { openByAlert, person } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

const REHEARSE = { rehearsal: true } as const;

describe('a rehearsal', () => {
  it('reaches every guard in the state that an order travels in, marked so that nobody enforces it', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);

    const result = await halt(deps, REHEARSE);

    expect(result).toMatchObject({ drill: true, expected: 1, epoch: 1 });
    expect(point.heard.at(-1)).toMatchObject({ epoch: 1, halts: [{ id: 'H-1', drill: true }] });
    expect((await listStatus(deps)).halts).toEqual([]);
  });

  it('ends by itself when every guard has answered, and says how long the slowest took', async () => {
    const { deps, pass } = await openPlaneDesk();
    const [quick, slow] = [await connect(deps, 'p-1'), await connect(deps, 'p-2')];
    await halt(deps, REHEARSE);
    await quick.say('quiesced');
    await endRehearsals(deps);
    expect((await readOrder(deps.store, 'H-1')).ended).toBeNull();
    pass(3_000);
    await slow.say('quiesced');

    await endRehearsals(deps);

    expect((await readOrder(deps.store, 'H-1')).ended).toMatchObject({ seconds: 3, silent: [] });
    expect(slow.heard.at(-1)).toMatchObject({ epoch: 2, halts: [] });
  });

  it('is answered by points alone: nobody vouches for one', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);
    await halt(deps, REHEARSE);
    const mark = { haltId: 'H-1', pointId: 'billing-1', reason: 'I looked' };

    await expect(markPoint(deps, { ...mark, actor: person('U0IC1') })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('ends after a minute all the same, and names who never answered', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, REHEARSE);
    pass(59_000);
    point.renewed();
    await endRehearsals(deps);
    expect((await readOrder(deps.store, 'H-1')).ended).toBeNull();
    pass(1_000);

    await endRehearsals(deps);

    expect((await readOrder(deps.store, 'H-1')).ended).toMatchObject({
      seconds: null,
      silent: ['billing-1'],
    });
    expect(deps.plane.current().halts).toEqual([]);
  });

  it('counts a guard whose lease has run out as what it would be in earnest', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, REHEARSE);
    await point.disconnect();
    pass(20_000);

    await settleContainment(deps);

    expect((await readOrder(deps.store, 'H-1')).points[0]?.level).toBe('lease-expired');
  });

  it('never swallows the real order, nor the other way round', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, REHEARSE);

    const real = await halt(deps);
    const again = await halt(deps, REHEARSE);

    expect(real).toMatchObject({ haltId: 'H-2', existed: false, drill: false });
    expect(again).toMatchObject({ haltId: 'H-1', existed: true, drill: true });
    expect(point.heard.at(-1)?.halts.map(({ drill }) => drill)).toEqual([true, undefined]);
  });

  it('leaves the real order in force when it ends', async () => {
    const { deps } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps);
    await halt(deps, REHEARSE);
    await point.say('quiesced');

    await endRehearsals(deps);

    expect(point.heard.at(-1)).toMatchObject({ epoch: 3, halts: [{ id: 'H-1' }] });
    expect(deps.plane.current().halts[0]).not.toHaveProperty('drill');
  });

  it('is not among the orders of a real incident: it proves nothing about it', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);
    const incident = await openByAlert(deps);

    await halt(deps, { ...REHEARSE, incident });

    expect((await readIncident(deps.store, incident)).incident.haltIds).toEqual([]);
  });

  it('cannot be lifted: it ends by itself', async () => {
    const { deps } = await openPlaneDesk();
    await connect(deps);
    await halt(deps, REHEARSE);

    await expect(
      requestLift(deps, { haltId: 'H-1', reason: 'x', actor: person('U0SRE1'), person: 'U0SRE1' }),
    ).rejects.toMatchObject({ code: 'already-done' });
  });

  it('goes on over a restart, and ends there', async () => {
    const { deps, pass } = await openPlaneDesk();
    await connect(deps);
    await halt(deps, REHEARSE);
    const restarted = { ...deps, plane: await createHaltPlane(deps.store, { now: deps.now }) };
    expect(restarted.plane.current().halts).toMatchObject([{ id: 'H-1', drill: true }]);
    pass(60_000);

    await endRehearsals(restarted);

    expect(restarted.plane.current()).toMatchObject({ epoch: 2, halts: [] });
  });

  it('shows in the status until ten minutes after its end', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, REHEARSE);
    await point.say('quiesced');
    await endRehearsals(deps);

    expect((await listStatus(deps)).rehearsals).toMatchObject([{ haltId: 'H-1', ended: { seconds: 0 } }]);
    pass(11 * 60_000);
    expect((await listStatus(deps)).rehearsals).toEqual([]);
  });
});
