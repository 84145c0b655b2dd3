/**
 * The orders this process holds to. Adding one needs no proof; dropping one needs a signature of the pinned key
 * and a newer epoch than we have seen. Planes that disagree: all their orders together.
 */
import type { Halt, Snapshot } from '../core/halt-shapes.js';

/** `newer`, `same`: we hold what it says. `older`: a replay or a restored backup. `unsigned`: only its orders were added. */
export type Acceptance = 'newer' | 'same' | 'older' | 'unsigned';

/** What outlives the process. */
export interface Remembered {
  /** Signed by the pinned key. */
  readonly newest: Snapshot | undefined;
  /** The highest epoch seen, by plane. */
  readonly highest: readonly (readonly [planeId: string, epoch: number])[];
  /** By plane: signed ones whose plane is not the newest, and what nobody signed. */
  readonly others: readonly (readonly [planeId: string, halts: readonly Halt[]])[];
}

/** What a judgement needs to know. */
export interface Held {
  /** The same list until the next change. */
  halts(): readonly Halt[];
  /** The newest signed state; undefined before the first. */
  newest(): Pick<Snapshot, 'planeId' | 'epoch'> | undefined;
  /** False until this run of the process has heard for itself: what an earlier one knew may be out of date. */
  hasHeard(): boolean;
}

export interface HeldState extends Held {
  /** `signed`: whether the pinned key made it. */
  accept(snapshot: Snapshot, signed: boolean): Acceptance;
  /** Takes up what an earlier process knew. Call before anything is accepted. */
  restore(remembered: Remembered): void;
  remembered(): Remembered;
}

export function createHeldState(): HeldState {
  let newest: Snapshot | undefined;
  let heard = false;
  let effective: readonly Halt[] = [];
  const highest = new Map<string, number>();
  const others = new Map<string, readonly Halt[]>();
  const refresh = (): void => {
    effective = [...others.values()].reduce(union, newest?.halts ?? []);
  };
  const add = (told: Told): void => {
    const signed = told.planeId === newest?.planeId ? newest.halts : [];
    if (addMissing(others, told, signed)) refresh();
  };

  function takeOver(snapshot: Snapshot): void {
    if (isFormer(snapshot, newest)) return add(snapshot);
    // Another name and the same key, later: the control plane was restored, and speaks for the old one.
    if (newest !== undefined) others.delete(newest.planeId);
    others.delete(snapshot.planeId);
    newest = snapshot;
    refresh();
  }

  return {
    accept(snapshot, signed) {
      const { planeId, epoch } = snapshot;
      if (!signed) {
        add(snapshot);
        return 'unsigned';
      }
      const seen = highest.get(planeId) ?? -1;
      if (epoch < seen) return 'older';
      highest.set(planeId, epoch);
      heard = true;
      if (epoch > seen) takeOver(snapshot);
      else add(snapshot);
      return epoch > seen ? 'newer' : 'same';
    },
    restore(remembered) {
      newest = remembered.newest;
      for (const [planeId, epoch] of remembered.highest) highest.set(planeId, epoch);
      for (const [planeId, halts] of remembered.others) add({ planeId, halts });
      refresh();
    },
    remembered: () => ({ newest, highest: [...highest], others: [...others] }),
    halts: () => effective,
    newest: () => newest,
    hasHeard: () => heard,
  };
}

interface Told {
  readonly planeId: string;
  readonly halts: readonly Halt[];
}

/** True where something was new. */
function addMissing(
  others: Map<string, readonly Halt[]>,
  { planeId, halts }: Told,
  signed: readonly Halt[],
): boolean {
  const kept = others.get(planeId) ?? [];
  const added = missingIn([...signed, ...kept], halts);
  if (added.length > 0) others.set(planeId, [...kept, ...added]);
  return added.length > 0;
}

/** Of a plane that another one has replaced. */
function isFormer({ planeId, issuedAt }: Snapshot, newest: Snapshot | undefined): boolean {
  return newest !== undefined && newest.planeId !== planeId && issuedAt <= newest.issuedAt;
}

function union(mine: readonly Halt[], theirs: readonly Halt[]): readonly Halt[] {
  return [...mine, ...missingIn(mine, theirs)];
}

function missingIn(mine: readonly Halt[], theirs: readonly Halt[]): readonly Halt[] {
  const known = new Set(mine.map(identity));
  return theirs.filter((halt) => !known.has(identity(halt)));
}

/** Two halts under one id that stop different things are two halts, and so is a rehearsal under the id of an order. */
function identity({ id, scope, mode, drill }: Halt): string {
  const limits = Object.entries(scope).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([id, mode, limits, drill === true]);
}
