import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.js';
import { snapshotText, type Snapshot } from '../../src/core/halt.js';
import { createHeldState } from '../../src/guard/held-state.js';
import { createVerifier } from '../../src/guard/verify-snapshot.js';
import { aHalt, attempts, halts } from '../support/halts.js';

const plane = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const isSigned = createVerifier(plane.publicKey.export({ type: 'spki', format: 'pem' }).toString());

function aSnapshot(change: Partial<Snapshot> = {}, key = plane.privateKey): Snapshot {
  const unsigned = {
    epoch: 1,
    planeId: 'plane',
    issuedAt: '2026-11-20T03:12:00.000Z',
    leaseMs: 10_000,
    halts: [],
    ...change,
  };
  return { ...unsigned, signature: sign(null, Buffer.from(snapshotText(unsigned)), key).toString('base64') };
}

function holding(...snapshots: readonly Snapshot[]) {
  const held = createHeldState();
  const acceptances = snapshots.map((snapshot) => held.accept(snapshot, isSigned(snapshot)));
  return { held, acceptances, ids: held.halts().map(({ id }) => id) };
}

const HALTED = aSnapshot({ epoch: 5, halts: [aHalt()] });

describe('a guard that holds a halt', () => {
  it('lets go of it for a signed state with a newer epoch', () => {
    expect(holding(HALTED, aSnapshot({ epoch: 6 })).ids).toEqual([]);
  });

  it('pitfall 03: keeps it against an old state that somebody replays, or a restored backup', () => {
    const { ids, acceptances } = holding(HALTED, aSnapshot({ epoch: 4 }));

    expect(ids).toEqual(['H-1']);
    expect(acceptances).toEqual(['newer', 'older']);
  });

  it('pitfall 04: keeps it against a state of the same epoch without it', () => {
    expect(holding(HALTED, aSnapshot({ epoch: 5 })).ids).toEqual(['H-1']);
  });

  it('keeps it against a lift that somebody else signed', () => {
    const { ids, acceptances } = holding(HALTED, aSnapshot({ epoch: 6 }, stranger.privateKey));

    expect(ids).toEqual(['H-1']);
    expect(acceptances).toEqual(['newer', 'unsigned']);
  });

  it('keeps it against a lift that was changed after it was signed', () => {
    const tampered = { ...aSnapshot({ epoch: 6, halts: [aHalt()] }), halts: [] };

    expect(holding(HALTED, tampered).ids).toEqual(['H-1']);
  });

  it('keeps it when the signature is rubbish', () => {
    expect(holding(HALTED, { ...aSnapshot({ epoch: 6 }), signature: '!' }).ids).toEqual(['H-1']);
  });

  it('is not kept from newer states by a forged epoch', () => {
    const forged = aSnapshot({ epoch: 1_000_000 }, stranger.privateKey);

    expect(holding(HALTED, forged, aSnapshot({ epoch: 6 })).ids).toEqual([]);
  });

  it('adds a halt that nobody signed', () => {
    const unsigned = aSnapshot({ epoch: 6, halts: [aHalt({ id: 'H-2' })] }, stranger.privateKey);

    expect(holding(HALTED, unsigned).ids).toEqual(['H-1', 'H-2']);
  });
});

describe('pitfall 30: two control planes that disagree', () => {
  it('are obeyed both', () => {
    const other = aSnapshot(
      { planeId: 'other', epoch: 9, halts: [aHalt({ id: 'H-2' })] },
      stranger.privateKey,
    );

    expect(holding(HALTED, other).ids).toEqual(['H-1', 'H-2']);
  });

  it('are one again when the key that is pinned speaks later under a new name', () => {
    const restored = aSnapshot({ planeId: 'restored', epoch: 1, issuedAt: '2026-11-21T00:00:00.000Z' });

    expect(holding(HALTED, restored).ids).toEqual([]);
  });

  it('cannot be played against each other with an old state of a former plane', () => {
    const former = aSnapshot({ planeId: 'former', epoch: 900, issuedAt: '2026-01-01T00:00:00.000Z' });

    expect(holding(HALTED, former).ids).toEqual(['H-1']);
  });
});

it('pitfall 04: never allows more without a newer signed state, whatever arrives and in whatever order', () => {
  const arrivals = fc.array(
    fc
      .record({
        epoch: fc.integer({ min: 0, max: 8 }),
        planeId: fc.constantFrom('plane', 'other'),
        halts: fc.array(halts, { maxLength: 2 }),
        forged: fc.boolean(),
      })
      .map(({ forged, ...change }) => aSnapshot(change, forged ? stranger.privateKey : plane.privateKey)),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(arrivals, attempts, (snapshots, attempt) => {
      const held = createHeldState();
      for (const snapshot of snapshots) {
        const before = decide(attempt, held.halts()).verdict;
        const acceptance = held.accept(snapshot, isSigned(snapshot));
        const after = decide(attempt, held.halts()).verdict;

        expect(acceptance === 'newer' || before === 'allow' || after !== 'allow').toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
