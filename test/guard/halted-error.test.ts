import { describe, expect, it } from 'vitest';
import type * as Library from '../../src/guard/halted-error.js';
import { HaltedError, isHaltedError } from '../../src/guard/index.js';
import { readRefused, toldOf } from '../../src/guard/refused-on-wire.js';
import { eventually, openHaltDesk } from '../support/halting.js';

const REFUSED = {
  refusal: 'deny',
  haltId: 'H-1',
  reason: 'it spends too much',
  epoch: 3,
  scope: { kind: 'class', actionClass: 'refund', agentId: 'billing-agent' },
  mode: 'degraded',
  heldId: 'Q-2',
} as const;

describe('a refusal', () => {
  it('says what the order covers and how it refuses, so that an agent knows what it may still do', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    const scope = { kind: 'class', actionClass: 'external-api-call' } as const;
    const { haltId } = await desk.order(scope);
    await eventually(
      () => guard.epoch,
      (epoch) => epoch === 1,
    );

    const attempt = guard.run({ tool: 'stripe.refund', actionClass: 'external-api-call' }, () => 'spent');

    await expect(attempt).rejects.toMatchObject({ haltId, scope, mode: 'deny' });
  });

  it('names no order where it is the guard that knows nothing', async () => {
    const desk = await openHaltDesk();

    const attempt = desk.guard().run({ tool: 'a', actionClass: 'b' }, () => 'spent');

    await expect(attempt).rejects.toMatchObject({ haltId: null, scope: null, mode: null });
  });

  it('is recognised when another copy of the library threw it', async () => {
    const other = '../../src/guard/halted-error.js?another';
    const copy: typeof Library = await import(other);
    const error = new copy.HaltedError(REFUSED);

    expect(error).not.toBeInstanceOf(HaltedError);
    expect(isHaltedError(error)).toBe(true);
    expect([new Error('card declined'), null, 'HALTLINE_HALTED'].some(isHaltedError)).toBe(false);
  });

  it('is the same on the other side of a process, and denies where nothing of it is understood', () => {
    const arrived = readRefused(JSON.parse(JSON.stringify(toldOf(new HaltedError(REFUSED)))));

    expect(arrived).toEqual(REFUSED);
    expect(readRefused({ refusal: 'allow', scope: { kind: 'new' }, mode: 'new' })).toMatchObject({
      refusal: 'deny',
      scope: { kind: 'all' },
      mode: 'deny',
    });
  });
});
