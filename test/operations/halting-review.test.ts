import { describe, expect, it } from 'vitest';
import { askForReview } from '../../src/operations/halting/ask-for-review.js';
import { keepHalt } from '../../src/operations/halting/keep-halt.js';
import { PLANE_STREAM, readOrder } from '../../src/operations/halting/read-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { MINUTE, person, START } from '../support/desk.js';
import { connect, halt, openPlaneDesk } from '../support/plane.js';

const IN_TWO_HOURS = '2026-11-20T05:12:00.000Z';
const REVIEWED = { reviewAt: IN_TWO_HOURS, originChannel: 'C0OPS' } as const;

async function asked({ store }: Deps): Promise<number> {
  return (await store.readStream(PLANE_STREAM)).filter(({ type }) => type === 'halt:review-due').length;
}

describe('an order with a review time', () => {
  it('pitfall 24: past its review time the halt stands, and asks instead of ending', async () => {
    const { deps, pass } = await openPlaneDesk();
    const point = await connect(deps);
    await halt(deps, REVIEWED);
    pass(121 * MINUTE);

    await askForReview(deps);

    expect(deps.plane.current().halts).toMatchObject([{ id: 'H-1' }]);
    expect(point.heard.at(-1)?.halts).toMatchObject([{ id: 'H-1' }]);
    expect(await asked(deps)).toBe(1);
    expect(await deps.store.surface(`review:H-1:${IN_TWO_HOURS}:1`)).toMatchObject({
      kind: 'halt-review',
      lane: 'halt',
      target: 'C0OPS',
    });
  });

  it('is not asked about before', async () => {
    const { deps, pass } = await openPlaneDesk();
    await halt(deps, REVIEWED);
    pass(119 * MINUTE);

    await askForReview(deps);

    expect(await asked(deps)).toBe(0);
  });

  it('is asked about once an interval, however often the clock looks', async () => {
    const { deps, pass } = await openPlaneDesk();
    await halt(deps, REVIEWED);
    pass(121 * MINUTE);

    await Promise.all([askForReview(deps), askForReview(deps)]);
    await askForReview(deps);
    expect(await asked(deps)).toBe(1);
    pass(30 * MINUTE);
    await askForReview(deps);

    expect(await asked(deps)).toBe(2);
  });

  it('is still needed: asked about again after the same distance', async () => {
    const { deps, pass } = await openPlaneDesk();
    await halt(deps, REVIEWED);
    pass(121 * MINUTE);
    await askForReview(deps);

    const { reviewAt } = await keepHalt(deps, { haltId: 'H-1', actor: person('U0SRE1') });

    expect(reviewAt).toBe('2026-11-20T07:13:00.000Z');
    await askForReview(deps);
    expect(await asked(deps)).toBe(1);
    expect(await readOrder(deps.store, 'H-1')).toMatchObject({ reviewAt, reviewsAsked: 0 });
  });

  it('is kept once when two people press at the same moment', async () => {
    const { deps, pass } = await openPlaneDesk();
    await halt(deps, REVIEWED);
    pass(121 * MINUTE);
    await askForReview(deps);

    const keep = (who: string) => keepHalt(deps, { haltId: 'H-1', actor: person(who) });
    const [first, second] = await Promise.all([keep('U0SRE1'), keep('U0IC1')]);

    expect(first).toEqual(second);
  });

  it('asks whoever ordered it, where it was ordered nowhere', async () => {
    const { deps, pass } = await openPlaneDesk();
    await halt(deps, { reviewAt: IN_TWO_HOURS, actor: person('U0SRE1') });
    pass(121 * MINUTE);

    await askForReview(deps);

    expect((await deps.store.surface(`review:H-1:${IN_TWO_HOURS}:1`))?.target).toBe('user:U0SRE1');
  });

  it.each([START, '2027-11-20T03:12:00.000Z'])('is refused with %s as its time', async (reviewAt) => {
    const { deps } = await openPlaneDesk();

    await expect(halt(deps, { reviewAt })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('cannot be kept by somebody without a role', async () => {
    const { deps } = await openPlaneDesk();
    await halt(deps, REVIEWED);

    await expect(keepHalt(deps, { haltId: 'H-1', actor: person('U0X') })).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });
});
