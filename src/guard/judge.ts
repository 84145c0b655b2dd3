/** The one place where this guard says yes or no: calls, probes and what already runs are all judged here. */
import type { Halt, HaltScope } from '../core/halt-shapes.js';
import { compiledRules, type Judged, type Ruling } from './compiled-rules.js';
import { HaltedError } from './halted-error.js';
import type { Held } from './held-state.js';
import type { Lease } from './lease.js';

export type GuardState = 'starting' | 'live' | 'isolated' | 'closed';

export interface Judge {
  /** At this very moment. */
  state(): GuardState;
  /** Why not; undefined where nothing stands against it. */
  refusal(attempt: Judged): HaltedError | undefined;
  /** The same where nobody wants to know why. */
  allows(attempt: Judged): boolean;
  /**
   * Is an attempt that each of the orders covers really refused, by an order and not for want of a lease? What a
   * rehearsal covers would have to be.
   */
  probe(agentIds: readonly string[]): boolean;
  close(): void;
}

const OWN_REASONS: Readonly<Record<Exclude<GuardState, 'live'>, string>> = {
  starting: 'this guard has not heard from the control plane yet',
  isolated: 'this guard has lost the control plane: nobody knows what has been ordered',
  closed: 'this guard is closed',
};

export function createJudge(held: Held, lease: Pick<Lease, 'remainingMs'>): Judge {
  let closed = false;
  const state = (): GuardState => {
    if (closed) return 'closed';
    if (!held.hasHeard()) return 'starting';
    return lease.remainingMs() > 0 ? 'live' : 'isolated';
  };
  const ruled = (attempt: Judged): Ruling => compiledRules(held.halts()).ruling(attempt);
  const epoch = (): number => held.newest()?.epoch ?? 0;
  return {
    state,
    allows: (attempt) => ruled(attempt).verdict === 'allow' && state() === 'live',
    refusal(attempt) {
      const ruling = ruled(attempt);
      if (ruling.verdict !== 'allow') return refusedBy(ruling, epoch());
      const refusal = state();
      if (refusal === 'live') return undefined;
      return new HaltedError({ refusal, haltId: null, reason: OWN_REASONS[refusal], epoch: epoch() });
    },
    probe(agentIds) {
      const rules = compiledRules(held.halts());
      return held.halts().every((halt) => {
        const say = halt.drill === true ? 'rehearsed' : 'ruling';
        return agentIds
          .filter((agentId) => (agentOf(halt) ?? agentId) === agentId)
          .every((agentId) => rules[say](covered(halt, agentId)).verdict !== 'allow');
      });
    },
    close: () => void (closed = true),
  };
}

function refusedBy(
  { verdict, halt }: Exclude<Ruling, { readonly verdict: 'allow' }>,
  epoch: number,
): HaltedError {
  const { id, reason, scope, mode } = halt;
  return new HaltedError({ refusal: verdict, haltId: id, reason, epoch, scope, mode });
}

/** An attempt that the order covers, and that changes something. */
function covered({ scope }: Halt, agentId: string): Judged {
  const only = (name: string): string => valueIn(scope, name) ?? `probe-of-${name}`;
  return { agentId, tool: only('tool'), actionClass: only('actionClass'), actionId: only('actionId') };
}

function agentOf({ scope }: Halt): string | undefined {
  return valueIn(scope, 'agentId');
}

function valueIn(scope: HaltScope, name: string): string | undefined {
  return Object.entries(scope).find(([key]) => key === name)?.[1];
}
