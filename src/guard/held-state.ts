/**
 * The orders this process holds to. Adding one needs no proof; dropping one needs a signature of the pinned key
 * and a newer epoch than we have seen. Planes that disagree: all their orders together.
 */
import type { Halt, Snapshot } from '../core/halt.js';

/** `newer`, `same`: we hold what it says. `older`: a replay or a restored backup. `unsigned`: only its orders were added. */
export type Acceptance = 'newer' | 'same' | 'older' | 'unsigned';

export interface HeldState {
  /** `signed`: whether the pinned key made it. */
  accept(snapshot: Snapshot, signed: boolean): Acceptance;
  halts(): readonly Halt[];
  /** The newest signed state; undefined before the first. */
  newest(): Pick<Snapshot, 'planeId' | 'epoch'> | undefined;
}

type Signed = Pick<Snapshot, 'planeId' | 'epoch' | 'issuedAt'> & { readonly halts: readonly Halt[] };

export function createHeldState(): HeldState {
  let newest: Signed | undefined;
  const highest = new Map<string, number>();
  /** By plane: signed ones whose plane is not the newest, and what nobody signed. */
  const others = new Map<string, readonly Halt[]>();
  const add = (planeId: string, halts: readonly Halt[]): void =>
    void others.set(planeId, union(others.get(planeId) ?? [], halts));

  function takeOver(snapshot: Snapshot): void {
    const before = newest;
    const moved = before !== undefined && before.planeId !== snapshot.planeId;
    if (moved && snapshot.issuedAt <= before.issuedAt) return add(snapshot.planeId, snapshot.halts);
    // The same key, later: the control plane was restored under a new name, and speaks for the old one.
    if (moved) others.delete(before.planeId);
    others.delete(snapshot.planeId);
    newest = snapshot;
  }

  return {
    accept(snapshot, signed) {
      const { planeId, epoch, halts } = snapshot;
      if (!signed) {
        add(planeId, halts);
        return 'unsigned';
      }
      const seen = highest.get(planeId) ?? -1;
      if (epoch < seen) return 'older';
      highest.set(planeId, epoch);
      if (epoch > seen) takeOver(snapshot);
      else if (newest?.planeId === planeId) newest = { ...newest, halts: union(newest.halts, halts) };
      else add(planeId, halts);
      return epoch > seen ? 'newer' : 'same';
    },
    halts: () => [...others.values()].reduce(union, newest?.halts ?? []),
    newest: () => newest,
  };
}

function union(mine: readonly Halt[], theirs: readonly Halt[]): readonly Halt[] {
  const known = new Set(mine.map(identity));
  const added = theirs.filter((halt) => !known.has(identity(halt)));
  return added.length === 0 ? mine : [...mine, ...added];
}

/** Two halts under one id that stop different things are two halts. */
function identity({ id, scope, mode }: Halt): string {
  const limits = Object.entries(scope).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([id, mode, limits]);
}
