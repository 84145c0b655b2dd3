import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { HaltMode, HaltScope } from '../../core/halt.js';
import { parseIncidentName, type Instant } from '../../core/ids.js';
import { checkedReviewTime } from '../../core/review-time.js';
import { allowOrder } from '../access/allow-halting.js';
import type { Deps } from '../deps.js';
import { joinOrder } from './join-order.js';
import { meantScope, refuseMistaken, unlistedIn, type Unlisted } from './know-scope.js';
import { haltOf, orderEvent, type CheckedOrder } from './order-event.js';
import { recordOrder } from './record-order.js';
import type { UnrecordedOrder } from './standing-orders.js';

export interface OrderHalt {
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly reason: string;
  /** `INC-7` or `DRILL-2`; null outside any. A drill's order is a rehearsal. */
  readonly incident: string | null;
  /** Slack channel in which it was ordered. */
  readonly originChannel: string | null;
  /** When to ask whether it is still needed; it stands past that time. */
  readonly reviewAt?: Instant | null | undefined;
  /** Reaches every enforcement point, is answered and measured by each, and denies nothing. */
  readonly rehearsal?: boolean | undefined;
  readonly actor: Actor;
}

export interface HaltOrdered {
  readonly haltId: string;
  /** What it covers: a name is written as the runbooks write it. */
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly epoch: number;
  /** Enforcement points that must answer before "contained" may be said. */
  readonly expected: number;
  /** Agents in scope about which nothing can be proven. */
  readonly uncovered: readonly string[];
  /** False where it is in force and could not be written yet. */
  readonly recorded: boolean;
  /** True where an equal order was in force: that one is returned. */
  readonly existed: boolean;
  /** True for an exercise: nobody is stopped. */
  readonly drill: boolean;
  /** True where somebody without a role gave it, as roles.yml allows: it has to be reviewed. */
  readonly breakGlass: boolean;
  /** Set where no inventory holds the tool or class. */
  readonly unlisted: Unlisted | null;
  /** Orders of the same scope in another mode: they stand as well, and the strictest counts. */
  readonly beside: readonly string[];
}

/**
 * Durable first, then broadcast. An order that cannot be written, or not soon, is broadcast all the same and
 * written as soon as that works: nobody is told "halted" by a record, and nobody keeps acting for want of one.
 */
export async function orderHalt(deps: Deps, input: OrderHalt): Promise<HaltOrdered> {
  const { actor, breakGlass } = await allowOrder(deps, input);
  const order = await check(deps, { ...input, actor, breakGlass });
  const { orders } = deps.plane;
  const equal = orders.equalTo(order, deps.now());
  const about = {
    scope: order.scope,
    mode: order.mode,
    drill: order.rehearsal,
    unlisted: unlistedIn(deps, order.scope),
    beside: order.rehearsal ? [] : orders.besides(order),
  };
  if (equal !== undefined)
    return { ...about, breakGlass: false, ...(await joinOrder(deps, { standing: equal, ...order })) };

  // From here to `announcing` nothing waits: a guard is either expected, or gets no state before this order is out.
  const numbers = orders.take();
  const event = orderEvent(deps, order, numbers);
  const { expected, uncovered } = event.data;
  orders.add({ halt: haltOf(event), epoch: numbers.epoch, expected: expected.length, uncovered });
  orders.announcing(1);
  const recorded = await recordInTime(deps, { event, actor }).finally(() => announce(deps, numbers.epoch));
  deps.wake();
  return {
    ...about,
    ...numbers,
    expected: expected.length,
    uncovered,
    recorded,
    existed: false,
    breakGlass,
  };
}

/** The order as it was meant, or a refusal that says how to give it. */
async function check(deps: Deps, input: OrderHalt & { readonly breakGlass: boolean }): Promise<CheckedOrder> {
  const scope = meantScope(deps, input.scope);
  refuseMistaken(deps, scope);
  const reviewAt = checkedReviewTime(input.reviewAt ?? null, deps.now());
  const incident = input.incident?.trim().toUpperCase() ?? null;
  await refuseUnknownIncident(deps, incident);
  const inDrill = isDrill(incident);
  const rehearsal = inDrill || input.rehearsal === true;
  // A rehearsal proves nothing about a real incident: it does not stand among its orders.
  return { ...input, scope, reviewAt, rehearsal, incident: rehearsal && !inDrill ? null : incident };
}

function announce({ plane }: Deps, epoch: number): void {
  try {
    // A later order that overtook this one has published it already.
    if (epoch > plane.current().epoch) plane.publish({ epoch, halts: plane.orders.halts() });
  } finally {
    plane.orders.announcing(-1);
  }
}

async function recordInTime(deps: Deps, order: UnrecordedOrder): Promise<boolean> {
  const { haltId } = order.event.data;
  deps.plane.orders.unrecorded.set(haltId, order);
  const record = recordOrder(deps, order, false).then(
    () => true,
    (error: unknown) => {
      deps.log.error(
        { err: error, haltId },
        'HALT NOT RECORDED: broadcast all the same, still trying to write',
      );
      return false;
    },
  );
  const patience = new AbortController();
  const late = sleep(deps.plane.timing.writePatienceMs, 'late' as const, { signal: patience.signal });
  const first = await Promise.race([record, late]);
  patience.abort();
  if (first !== 'late') return first;
  deps.log.error({ haltId }, 'HALT NOT RECORDED YET: the store is slow; broadcast all the same');
  return false;
}

function isDrill(incident: string | null): boolean {
  return incident !== null && parseIncidentName(incident)?.kind === 'drill';
}

/** The look-up is given up where the store is slow. */
async function refuseUnknownIncident({ store }: Deps, incident: string | null): Promise<void> {
  if (incident === null) return;
  const parsed = parseIncidentName(incident);
  const row =
    parsed &&
    (await Promise.race([
      store.incident(parsed.kind, parsed.number).catch(() => null),
      sleep(LOOK_UP_PATIENCE_MS, null, { ref: false }),
    ]));
  if (row === undefined)
    throw new DomainError(
      'not-found',
      `There is no incident ${incident}. Order again without it, or with its name.`,
    );
}

const LOOK_UP_PATIENCE_MS = 500;
