import { describe, expect, it } from 'vitest';
import { announcement } from '../../blocks/announcement.js';
import { haltBoard } from '../../blocks/halt.js';
import type { Actor } from '../../src/core/actor.js';
import { closingGate } from '../../src/core/closing-gate.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { readOrder, readOrdersOf } from '../../src/operations/halting/read-plane.js';
import { reviewHalt } from '../../src/operations/halting/review-halt.js';
import type { Registry } from '../../src/registry/registry.js';
import { openByAlert, person } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';
import { textOf } from '../support/reading-blocks.js';

const BROKEN = { registry: (shipped: Registry): Registry => ({ ...shipped, breakGlass: true }) };
const ANYBODY = person('U0NOBODY');
const review = { haltId: 'H-1', finding: 'It was right.' };

describe('break-glass', () => {
  it('is off unless roles.yml says otherwise', async () => {
    const { deps } = await openPlaneDesk();

    expect(deps.registry.breakGlass).toBe(false);
    await expect(halt(deps, { actor: ANYBODY })).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('lets anybody halt, and the order says so in the journal, on the card and in the announcement', async () => {
    const { deps } = await openPlaneDesk(BROKEN);
    const point = await connect(deps);
    const incident = await openByAlert(deps);

    const result = await halt(deps, { actor: ANYBODY, incident });

    const order = await readOrder(deps.store, 'H-1');
    const reading = await readIncident(deps.store, incident);
    expect(result).toMatchObject({ breakGlass: true, recorded: true });
    expect(order).toMatchObject({ breakGlass: true, orderedBy: 'U0NOBODY', reviewed: null });
    expect(point.heard.at(-1)?.halts).toMatchObject([{ id: 'H-1' }]);
    expect(textOf(haltBoard({ order, now: deps.now() }))).toContain('BREAK-GLASS');
    expect(textOf(announcement({ incident: reading.incident, orders: [order], channelId: null }))).toContain(
      'BREAK-GLASS',
    );
  });

  it('does not flag whoever holds a role', async () => {
    const { deps } = await openPlaneDesk(BROKEN);

    expect(await halt(deps, { actor: person('U0SRE1') })).toMatchObject({ breakGlass: false });
  });

  it('opens halting alone: nobody lifts or vouches without a role', async () => {
    const { deps } = await openPlaneDesk(BROKEN);
    await halt(deps, { actor: ANYBODY });

    await expect(reviewHalt(deps, { ...review, actor: ANYBODY })).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });

  it('keeps the incident open until somebody in command has reviewed it', async () => {
    const { deps } = await openPlaneDesk(BROKEN);
    const name = await openByAlert(deps);
    await halt(deps, { actor: ANYBODY, incident: name });
    const gate = async () => {
      const { incident } = await readIncident(deps.store, name);
      const items = closingGate({
        incident,
        orders: await readOrdersOf(deps.store, incident),
        leaveStanding: true,
      });
      return items.find(({ id }) => id === 'break-glass:H-1');
    };
    expect(await gate()).toMatchObject({ met: false, blocks: true });

    await reviewHalt(deps, { ...review, actor: person('U0IC1') });

    expect(await gate()).toMatchObject({ met: true });
    expect((await readOrder(deps.store, 'H-1')).reviewed).toMatchObject({ by: 'U0IC1' });
  });

  it('is not reviewed by whoever gave it, whichever door they come through', async () => {
    const { deps } = await openPlaneDesk(BROKEN);
    const token: Actor = { kind: 'token', id: 'tok_loose', roles: [], via: 'cli', person: 'U0SRE1' };
    await halt(deps, { actor: token });

    const inSlack = reviewHalt(deps, { ...review, actor: person('U0SRE1') });

    await expect(inSlack).rejects.toMatchObject({ code: 'same-person' });
    expect(await readOrder(deps.store, 'H-1')).toMatchObject({ breakGlass: true, orderedBy: 'U0SRE1' });
  });

  it('is reviewed once', async () => {
    const { deps } = await openPlaneDesk(BROKEN);
    await halt(deps, { actor: ANYBODY });
    await reviewHalt(deps, { ...review, actor: person('U0IC1') });

    await expect(reviewHalt(deps, { ...review, actor: person('U0SRE1') })).rejects.toMatchObject({
      code: 'already-done',
    });
  });
});
