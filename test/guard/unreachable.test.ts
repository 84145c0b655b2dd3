/** What guards meet between them and the control plane: servers of our own that misbehave. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGuard } from '../../src/guard/index.js';
import { eventually, obedient, openHaltDesk } from '../support/halting.js';
import { listening } from '../support/listening.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };

function guardOf(url: string) {
  const trouble: unknown[] = [];
  const guard = createGuard({
    url,
    token: 'token',
    agentId: 'billing-agent',
    abortDeadlineMs: 50,
    onTrouble: (error) => trouble.push(error),
  });
  onTestFinished(() => guard.close());
  return { guard, trouble };
}

describe('a guard never stops trying', () => {
  it.each([401, 403, 404, 409, 500, 503])('pitfall 18: when it is answered %i', async (status) => {
    let asked = 0;
    const url = await listening((_request, response) => {
      asked += 1;
      response.writeHead(status).end();
    });
    const { guard } = guardOf(url);

    await eventually(
      () => asked,
      (times) => times >= 3,
    );

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'starting' });
  });

  it('pitfall 06: when a proxy answers 200 with a login page', async () => {
    let asked = 0;
    const url = await listening((_request, response) => {
      asked += 1;
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>');
    });
    const { guard } = guardOf(url);

    await eventually(
      () => asked,
      (times) => times >= 3,
    );

    expect(guard.state).toBe('starting');
  });

  it('when it is sent somewhere else', async () => {
    const elsewhere = await listening((_request, response) => void response.writeHead(200).end('{}'));
    const url = await listening(
      (_request, response) => void response.writeHead(302, { location: elsewhere }).end(),
    );
    const { trouble } = guardOf(url);

    await eventually(
      () => trouble.length,
      (times) => times >= 3,
    );
  });
});

describe('a guard that loses the control plane', () => {
  it('denies when its lease is gone, stops what runs, and goes on when the control plane is back', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    const running = guard.run(REFUND, obedient);
    running.catch(() => undefined);

    const restarted = desk.restart(1_300);
    await eventually(
      () => guard.state,
      (state) => state === 'isolated',
    );

    await expect(running).rejects.toMatchObject({ refusal: 'isolated', haltId: null });
    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'isolated' });
    await restarted;
    await eventually(
      () => guard.state,
      (state) => state === 'live',
      8_000,
    );
    await expect(guard.run(REFUND, () => 'back to work')).resolves.toBe('back to work');
  });

  it('pitfall 01: is still halted when the control plane comes back after a restart', async () => {
    const desk = await openHaltDesk();
    const guard = desk.guard();
    await guard.ready();
    const { haltId } = await desk.order();

    await desk.restart(300);
    await eventually(
      () => guard.state,
      (state) => state === 'live',
      8_000,
    );

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId });
  });

  it('pitfall 01: learns of a halt that was ordered while it was away, however long', async () => {
    const desk = await openHaltDesk();
    const { haltId } = await desk.order();

    const guard = desk.guard();
    await guard.ready();

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId });
  });

  it('pitfall 07: judges its lease at the call: a process that was stopped may not act once more', async () => {
    const desk = await openHaltDesk({ timing: { leaseMs: 2_000, heartbeatMs: 1_000 } });
    let slept = 0;
    const clock = () => ({ monotonicMs: performance.now() + slept, wallMs: Date.now() + slept });
    const guard = desk.guard({ clock });
    await guard.ready();

    slept = 60_000;

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'isolated' });
  });
});
