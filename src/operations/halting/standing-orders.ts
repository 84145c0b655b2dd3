/**
 * The orders in force as this process knows them: an order stands from the moment it is given, before it is
 * written and before it is broadcast, so that nothing published meanwhile leaves it out. Hands out halt numbers
 * and epochs, each once.
 */
import type { HaltEvent } from '../../core/halt-events.js';
import type { Actor } from '../../core/actor.js';
import { canonicalJson } from '../../core/canonical-json.js';
import type { Halt, HaltMode, HaltScope } from '../../core/halt.js';
import type { Instant } from '../../core/ids.js';

export type OrderEvent = Extract<HaltEvent, { type: 'halt:ordered' }>;

export interface StandingOrder {
  readonly halt: Halt;
  readonly epoch: number;
  readonly expected: number;
  readonly uncovered: readonly string[];
}

/** An order that could not be written yet. */
export interface UnrecordedOrder {
  readonly event: OrderEvent;
  readonly actor: Actor;
  /** Written with it. */
  readonly also?: readonly HaltEvent[] | undefined;
}

/** What makes two orders one. */
export interface Ordered {
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly rehearsal: boolean;
}

export interface StandingOrders {
  halts(): Halt[];
  /** An equal order that nobody has asked to lift. A rehearsal equals only a rehearsal. */
  equalTo(order: Ordered, now: Instant): StandingOrder | undefined;
  /** Orders of the same scope in other modes, by id. */
  besides(order: Ordered): string[];
  /** The next halt number and epoch, neither of them ever given again. */
  take(): { haltId: string; epoch: number };
  takeEpoch(): number;
  /** The highest epoch taken so far. */
  takenEpoch(): number;
  add(order: StandingOrder): void;
  remove(haltId: string): void;
  /** Until then an equal order is a new one: halting wins over a lift under way. */
  liftRequested(haltId: string, until: Instant): void;
  /** Orders given and not yet broadcast. */
  announcing(change: 1 | -1): void;
  /** Resolves when every order given so far is broadcast. */
  announced(): Promise<void>;
  isAnnouncing(): boolean;
  readonly unrecorded: Map<string, UnrecordedOrder>;
  /** True while an order in force may still have to be settled: spares the tick a reading of the journal. */
  unsettled: boolean;
}

/** `haltNumber` and `epoch` are the highest ever used. */
export function createStandingOrders(
  orders: readonly StandingOrder[],
  highest: { haltNumber: number; epoch: number },
): StandingOrders {
  const standing = new Map(orders.map((order) => [order.halt.id, order]));
  const liftedUntil = new Map<string, Instant>();
  const waiting: (() => void)[] = [];
  let { haltNumber, epoch } = highest;
  let announcing = 0;
  const takeEpoch = (): number => (epoch += 1);
  return {
    halts: () => [...standing.values()].map(({ halt }) => halt),
    equalTo: ({ scope, mode, rehearsal }, now) =>
      [...standing.values()].find(
        ({ halt }) =>
          halt.mode === mode &&
          (halt.drill === true) === rehearsal &&
          canonicalJson(halt.scope) === canonicalJson(scope) &&
          (liftedUntil.get(halt.id) ?? '') < now,
      ),
    besides: ({ scope, mode }) =>
      [...standing.values()]
        .filter(({ halt }) => halt.mode !== mode && halt.drill !== true)
        .filter(({ halt }) => canonicalJson(halt.scope) === canonicalJson(scope))
        .map(({ halt }) => halt.id),
    take: () => ({ haltId: `H-${(haltNumber += 1)}`, epoch: takeEpoch() }),
    takeEpoch,
    takenEpoch: () => epoch,
    add: (order) => void standing.set(order.halt.id, order),
    remove: (haltId) => void standing.delete(haltId),
    liftRequested: (haltId, until) => void liftedUntil.set(haltId, until),
    announcing(change) {
      announcing += change;
      if (announcing === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    async announced() {
      if (announcing > 0) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
    isAnnouncing: () => announcing > 0,
    unrecorded: new Map(),
    unsettled: true,
  };
}
