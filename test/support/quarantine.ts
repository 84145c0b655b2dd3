/** A desk with an order that holds refunds, a real guard that has heard of it, and a person who decides. */
import type { HaltMode, HaltScope } from '../../src/core/halt.js';
import type { HeldAttempt } from '../../src/core/quarantine.js';
import { HaltedError, type Guard } from '../../src/guard/index.js';
import type { Deps } from '../../src/operations/deps.js';
import { expireAttempts } from '../../src/operations/quarantine/expire-attempts.js';
import { holdAttempt } from '../../src/operations/quarantine/hold-attempt.js';
import { listAttempts } from '../../src/operations/quarantine/list-attempts.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { rejectAttempt } from '../../src/operations/quarantine/reject-attempt.js';
import { releaseAttempt } from '../../src/operations/quarantine/release-attempt.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import type { HeldAttemptRow } from '../../src/store/types.js';
import { GUARD } from './plane.js';
import { eventually, openHaltDesk, OPERATOR, type HaltDesk, type HaltDeskOptions } from './halting.js';

export const REFUND = { tool: 'stripe.refund', actionClass: 'refund' };
export const REFUNDS: HaltScope = { kind: 'class', actionClass: 'refund' };
const actor = { ...OPERATOR, roles: [...OPERATOR.roles] };

export function order(deps: Deps, mode: HaltMode, scope: HaltScope = REFUNDS) {
  const reason = 'refunds look wrong';
  return orderHalt(deps, { scope, mode, reason, incident: null, originChannel: null, actor });
}

/** By the two people that it takes. */
export async function lift(deps: Deps, haltId: string): Promise<void> {
  const { digest } = await requestLift(deps, { haltId, reason: 'looked at', actor, person: 'U0SRE1' });
  await approveLift(deps, { haltId, digest, actor, person: 'U0IC1' });
}

/** Holds a refund of the billing agent, or of another, as its guard does. */
export async function holdRefund(
  deps: Deps,
  { parameters, ...who }: { actionId: string; parameters: unknown; agentId?: string },
): Promise<HeldAttempt> {
  const attempt = { ...REFUND, agentId: 'billing-agent', ...who };
  const held = await holdAttempt(deps, { attempt, parameters, actor: GUARD, boundTo: null });
  return held.kind === 'item' ? held.item : Promise.reject(new Error('no order holds it'));
}

type Item = Pick<HeldAttemptRow, 'id' | 'digest'>;

export function release(deps: Deps, { id, digest }: Item) {
  return releaseAttempt(deps, { id, digest, actor, person: 'U0SRE1' });
}

export function reject(deps: Deps, { id, digest }: Item, reason = 'not this customer') {
  return rejectAttempt(deps, { id, digest, reason, actor, person: 'U0SRE1' });
}

export interface HoldDesk {
  readonly desk: HaltDesk;
  readonly guard: Guard;
  readonly haltId: string;
  /** The parameters of what ran, in that order. */
  readonly ran: unknown[];
  readonly run: (parameters: unknown, actionId?: string, signal?: AbortSignal) => Promise<void>;
  /** What waits, once there are so many. */
  readonly waiting: (count?: number) => Promise<HeldAttemptRow[]>;
  /** The item once it is in this state; ticks meanwhile. */
  readonly until: (id: string, state: string) => Promise<HeldAttemptRow>;
}

export async function openHoldDesk(options: HaltDeskOptions = {}): Promise<HoldDesk> {
  const desk = await openHaltDesk(options);
  const guard = desk.guard();
  await guard.ready();
  const ran: unknown[] = [];
  const { haltId } = await order(desk.deps, 'hold');
  await heard(guard, haltId);
  return {
    desk,
    guard,
    haltId,
    ran,
    run: (parameters, actionId = 'act-1', signal) =>
      guard.run(
        { ...REFUND, actionId, parameters, signal },
        () => void ran.push(structuredClone(parameters)),
      ),
    waiting: async (count = 1) => {
      const list = () => listAttempts(desk.deps, { states: ['held'], limit: 100 });
      const { attempts } = await eventually(list, (seen) => seen.attempts.length === count);
      return [...attempts];
    },
    until: async (id, state) => {
      const look = async () => {
        await expireAttempts(desk.deps);
        return desk.deps.store.heldAttempt(id);
      };
      const row = await eventually(look, (seen) => seen?.state === state);
      if (row === undefined) throw new Error(`there is no ${id}`);
      return row;
    },
  };
}

/** The guard holds this order. */
export async function heard(guard: Guard, haltId: string, holds = true): Promise<void> {
  await eventually(
    () => guard.halts.some(({ id }) => id === haltId),
    (held) => held === holds,
  );
}

/** What refused it. */
export function refused(promise: Promise<unknown>): Promise<HaltedError> {
  return promise.then(
    () => Promise.reject(new Error('it ran')),
    (error: unknown) => (error instanceof HaltedError ? error : Promise.reject(error as Error)),
  );
}

/** The only one. */
export function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} where one was expected`);
  return item;
}
