/** What every kind of actuator has to keep, whatever stands behind it. */
import { expect, it } from 'vitest';
import type { Actuator, ActuatorOrder } from '../../src/actuators/types.js';

/** An actuator and what stands behind it: how it stands, and a way to take it away. */
export interface ActuatorRig {
  readonly actuator: Actuator;
  readonly state: () => string;
  readonly takeAway: () => Promise<void>;
}

const HALT: ActuatorOrder = {
  haltId: 'H-1',
  scope: { kind: 'agent', agentId: 'billing-agent' },
  mode: 'deny',
  reasonDigest: 'a'.repeat(64),
  at: '2026-11-20T03:12:00.000Z',
  sequence: 5,
  messageId: 'hl_1',
};
const LIFT: ActuatorOrder = { ...HALT, sequence: 6, messageId: 'hl_2' };

export function describeActuator(open: () => Promise<ActuatorRig>): void {
  it('halts, and says so only when it has', async () => {
    const { actuator, state } = await open();

    expect(await actuator.halt(HALT)).toEqual({ kind: 'state', state: 'stopped' });
    expect(state()).toBe('stopped');
  });

  it('takes the same halt twice for one', async () => {
    const { actuator, state } = await open();
    await actuator.halt(HALT);

    expect(await actuator.halt(HALT)).toEqual({ kind: 'state', state: 'stopped' });
    expect(state()).toBe('stopped');
  });

  it('releases, also twice', async () => {
    const { actuator, state } = await open();
    await actuator.halt(HALT);
    await actuator.release(LIFT);

    expect(await actuator.release(LIFT)).toEqual({ kind: 'state', state: 'running' });
    expect(state()).toBe('running');
  });

  it('is not released by a lift that a newer halt has overtaken', async () => {
    const { actuator, state } = await open();
    await actuator.halt({ ...HALT, sequence: 7, messageId: 'hl_3' });

    expect(await actuator.release(LIFT)).toEqual({ kind: 'state', state: 'stopped' });
    expect(state()).toBe('stopped');
  });

  it('says how it stands when it is asked, and changes nothing', async () => {
    const { actuator, state } = await open();
    await actuator.halt(HALT);

    expect(await actuator.poll?.()).toEqual({ kind: 'state', state: 'stopped' });
    expect(state()).toBe('stopped');
  });

  it('fails, and never throws, where nobody answers', async () => {
    const { actuator, takeAway } = await open();
    await takeAway();

    expect(await actuator.halt(HALT)).toMatchObject({ kind: 'failed' });
    expect(await actuator.release(LIFT)).toMatchObject({ kind: 'failed' });
    expect(await actuator.poll?.()).toMatchObject({ kind: 'failed' });
  });

  it('fails at once where it is told to break off', async () => {
    const { actuator } = await open();

    expect(await actuator.release(LIFT, AbortSignal.abort())).toMatchObject({ kind: 'failed' });
  });
}
