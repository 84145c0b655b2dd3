import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGuard, type GuardOptions } from '../../src/guard/index.js';
import { eventually, openHaltDesk } from '../support/halting.js';
import { heard, lift } from '../support/quarantine.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'financial-transaction' };
const NOBODY = 'http://127.0.0.1:1';

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-guard-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'state', 'guard.json');
}

/** A guard whose control plane is down. */
function alone(options: Partial<GuardOptions>) {
  const trouble: Error[] = [];
  const onTrouble = (error: unknown): void => void (error instanceof Error && trouble.push(error));
  const guard = createGuard({ url: NOBODY, token: 'none', agentId: 'billing-agent', ...options, onTrouble });
  onTestFinished(() => guard.close());
  return { guard, trouble };
}

async function halted(stateFile: string) {
  const desk = await openHaltDesk();
  const guard = desk.guard({ stateFile });
  await guard.ready();
  const { haltId } = await desk.order();
  await eventually(
    () => guard.epoch,
    (epoch) => epoch === 1,
  );
  await guard.close();
  return { desk, haltId };
}

describe('a guard that starts with the control plane down', () => {
  it('denies what was halted before, and says which order it was', async () => {
    const file = aFile();
    const { haltId } = await halted(file);

    const { guard } = alone({ stateFile: file });
    await eventually(
      () => guard.halts.length,
      (held) => held === 1,
    );

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({
      haltId,
      reason: 'it spends too much',
    });
    expect(guard.state).toBe('starting');
  });

  it('goes to work again when the control plane is back and two people have lifted the order', async () => {
    const file = aFile();
    const { desk, haltId } = await halted(file);
    const restarted = desk.restart(500);
    const guard = desk.guard({ stateFile: file });
    await eventually(
      () => guard.halts.length,
      (held) => held === 1,
    );
    const before = guard.state;
    await restarted;
    await eventually(
      () => guard.state,
      (state) => state === 'live',
      8_000,
    );
    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId });

    await lift(desk.deps, haltId);
    await heard(guard, haltId, false);

    expect(before).toBe('starting');
    await expect(guard.run(REFUND, () => 'back to work')).resolves.toBe('back to work');
  });

  it('denies everything where nothing was halted', async () => {
    const file = aFile();
    const desk = await openHaltDesk();
    const before = desk.guard({ stateFile: file });
    await before.ready();
    await before.close();

    const { guard } = alone({ stateFile: file });
    await eventually(
      () => guard.run(REFUND, () => 'spent').catch((error: unknown) => error),
      (seen) => seen !== undefined,
    );

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'starting' });
  });

  it('begins anew where its file cannot be read, and says so', async () => {
    const file = aFile();
    await halted(file);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 60));

    const { guard, trouble } = alone({ stateFile: file });
    await eventually(
      () => trouble.map(({ message }) => message),
      (said) => said.some((text) => text.includes('cannot be read')),
    );

    await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ refusal: 'starting' });
  });

  it('does not believe a file whose state the control plane has not signed', async () => {
    const file = aFile();
    await halted(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"epoch":1', '"epoch":900'));

    const { trouble } = alone({ stateFile: file });

    await eventually(
      () => trouble.map(({ cause }) => String(cause)),
      (causes) => causes.some((text) => text.includes('not signed by the key')),
    );
  });
});

it('works on where its file cannot be written, and says so', async () => {
  const desk = await openHaltDesk();
  const trouble: string[] = [];
  const guard = desk.guard({
    persist: { load: () => undefined, save: () => Promise.reject(new Error('disk full')) },
    onTrouble: (error) => trouble.push(String(error)),
  });

  await guard.ready();

  await expect(guard.run(REFUND, () => 'done')).resolves.toBe('done');
  await eventually(
    () => trouble,
    (said) => said.some((text) => text.includes('could not be written down')),
  );
});

it('keeps the key it has pinned: another control plane at the same address cannot lift', async () => {
  const file = aFile();
  const { haltId } = await halted(file);
  const stranger = await openHaltDesk();

  const guard = stranger.guard({ stateFile: file });
  await eventually(
    () => guard.halts.length,
    (held) => held === 1,
  );

  await expect(guard.run(REFUND, () => 'spent')).rejects.toMatchObject({ haltId });
  expect(guard.state).toBe('starting');
});
