import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { applyHaltEvent, EMPTY_PLANE, type Plane } from '../../src/core/containment.js';
import { HaltEvent } from '../../src/core/halt-events.js';
import { PLANE_STREAM, readPlane } from '../../src/operations/halting/read-plane.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { Reader, Store, Transaction } from '../../src/store/types.js';
import { acked, aPoint, AT, ordered } from '../support/halts.js';

const point = fc.constantFrom('p1', 'p2', 'p3');
const haltId = fc.constantFrom('H-1', 'H-2');
const events: fc.Arbitrary<HaltEvent> = fc.oneof(
  haltId.map((id) => ordered(['p1', 'p2', 'p3'], { haltId: id, epoch: id === 'H-1' ? 1 : 2 })),
  fc
    .tuple(point, fc.constantFrom('received' as const, 'enforced' as const, 'quiesced' as const))
    .map(([name, level]) => acked(name, level, { epoch: 2 })),
  point.map((name): HaltEvent => ({
    type: 'point:left',
    data: { pointId: name, instance: aPoint(name).instance, at: AT },
  })),
  haltId.map((id): HaltEvent => ({
    type: 'lift:approved',
    data: { haltId: id, by: 'U0SEC1', at: AT, digest: 'd', epoch: 3 },
  })),
);

type Step =
  | { readonly kind: 'read'; readonly by: 'us' | 'them' }
  | {
      readonly kind: 'write';
      readonly by: 'us' | 'them';
      readonly events: readonly HaltEvent[];
      readonly readsBefore: boolean;
      readonly readsAfter: boolean;
      readonly isUndone: boolean;
    };

const who = fc.constantFrom('us' as const, 'them' as const);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('read' as const), by: who }),
    fc.record({
      kind: fc.constant('write' as const),
      by: who,
      events: fc.array(events, { minLength: 1, maxLength: 3 }),
      readsBefore: fc.boolean(),
      readsAfter: fc.boolean(),
      isUndone: fc.boolean(),
    }),
  ),
  { maxLength: 25 },
);

/** The whole stream, folded anew. */
async function foldedAnew(reader: Reader): Promise<Plane> {
  const entries = await reader.readStream(PLANE_STREAM);
  return entries
    .map(({ type, data, private: secret }) => HaltEvent.parse({ type, data, private: secret }))
    .reduce(applyHaltEvent, EMPTY_PLANE);
}

async function isTrue(reader: Reader): Promise<void> {
  expect(await readPlane(reader)).toEqual(await foldedAnew(reader));
}

class Undone extends Error {}

async function write(store: Store, step: Extract<Step, { kind: 'write' }>): Promise<void> {
  const work = async (tx: Transaction): Promise<void> => {
    if (step.readsBefore) await isTrue(tx);
    const actor = { kind: 'system' as const, id: 'test', roles: [], via: 'process' as const };
    await tx.append({
      stream: PLANE_STREAM,
      events: step.events,
      actor,
      occurredAt: AT,
      recordedAt: AT,
    });
    if (step.readsAfter) await isTrue(tx);
    if (step.isUndone) throw new Undone();
  };
  await store.transact(work).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
}

it('knows at every moment what the journal says, whoever wrote it and whatever was rolled back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haltline-fold-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let runs = 0;

  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const path = join(folder, `${(runs += 1)}.db`);
      const [us, them] = [await openSqliteStore(path), await openSqliteStore(path)];
      try {
        for (const step of plan) {
          const store = step.by === 'us' ? us : them;
          if (step.kind === 'write') await write(store, step);
          else await isTrue(store);
        }
        await isTrue(us);
        await isTrue(them);
      } finally {
        await Promise.all([us.close(), them.close()]);
      }
    }),
    { numRuns: 40 },
  );
});

it('does not hold to what it knew when the journal is another one', async () => {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  const other = await openSqliteStore(':memory:');
  onTestFinished(() => other.close());
  const orderIn = (to: Store, id: string) =>
    write(to, {
      kind: 'write',
      by: 'us',
      events: [ordered(['p1'], { haltId: id })],
      readsBefore: false,
      readsAfter: true,
      isUndone: false,
    });
  await orderIn(store, 'H-1');
  await orderIn(other, 'H-2');

  expect([...(await readPlane(store)).orders.keys()]).toEqual(['H-1']);
  expect([...(await readPlane(other)).orders.keys()]).toEqual(['H-2']);
});
