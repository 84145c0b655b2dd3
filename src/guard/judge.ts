/** The one place where this guard says yes or no: calls, probes and what already runs are all judged here. */
import type { Halt, HaltScope } from '../core/halt.js';
import { compiledRules, type Judged } from './compiled-rules.js';
import { HaltedError, type Refusal } from './halted-error.js';
import type { Held } from './held-state.js';
import type { Lease } from './lease.js';

export type GuardState = 'starting' | 'live' | 'isolated' | 'closed';

export interface Judge {
  /** At this very moment. */
  state(): GuardState;
  /** Why not; undefined where nothing stands against it. */
  refusal(attempt: Judged): HaltedError | undefined;
  /** Is an attempt that each of the orders covers really refused, by an order and not for want of a lease? */
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
  const refused = (refusal: Refusal, haltId: string | null, reason: string): HaltedError =>
    new HaltedError({ refusal, haltId, reason, epoch: held.newest()?.epoch ?? 0 });
  const refusal = (attempt: Judged): HaltedError | undefined => {
    const ruling = compiledRules(held.halts()).ruling(attempt);
    if (ruling.verdict !== 'allow') return refused(ruling.verdict, ruling.halt.id, ruling.halt.reason);
    const now = state();
    return now === 'live' ? undefined : refused(now, null, OWN_REASONS[now]);
  };
  return {
    state,
    refusal,
    probe: (agentIds) =>
      held
        .halts()
        .filter(({ drill }) => drill !== true)
        .every((halt) =>
          agentIds
            .filter((agentId) => (agentOf(halt) ?? agentId) === agentId)
            .every((agentId) => typeof refusal(covered(halt, agentId))?.haltId === 'string'),
        ),
    close: () => void (closed = true),
  };
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
