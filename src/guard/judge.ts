/** The one place where this guard says yes or no: calls, probes and what already runs are all judged here. */
import { decide } from '../core/decide.js';
import { touchesAgent, type Attempt, type Halt, type HaltScope } from '../core/halt.js';
import { HaltedError, type Refusal } from './halted-error.js';
import type { HeldState } from './held-state.js';
import type { Lease } from './lease.js';

export type GuardState = 'starting' | 'live' | 'isolated' | 'closed';

export interface Judge {
  /** At this very moment. */
  state(): GuardState;
  /** Why not; undefined where nothing stands against it. */
  refusal(attempt: Attempt): HaltedError | undefined;
  /** Is an attempt that each of the orders covers really refused? */
  probe(agentId: string): boolean;
  close(): void;
}

const OWN_REASONS: Readonly<Record<Exclude<GuardState, 'live'>, string>> = {
  starting: 'this guard has not heard from the control plane yet',
  isolated: 'this guard has lost the control plane: nobody knows what has been ordered',
  closed: 'this guard is closed',
};

export function createJudge(held: HeldState, lease: Lease): Judge {
  let closed = false;
  const state = (): GuardState => {
    if (closed) return 'closed';
    if (held.newest() === undefined) return 'starting';
    return lease.remainingMs() > 0 ? 'live' : 'isolated';
  };
  const refused = (refusal: Refusal, haltId: string | null, reason: string): HaltedError =>
    new HaltedError({ refusal, haltId, reason, epoch: held.newest()?.epoch ?? 0 });
  const refusal = (attempt: Attempt): HaltedError | undefined => {
    const { verdict, because } = decide(attempt, held.halts());
    const [halt] = because;
    if (verdict !== 'allow' && halt !== undefined) return refused(verdict, halt.id, halt.reason);
    const now = state();
    return now === 'live' ? undefined : refused(now, null, OWN_REASONS[now]);
  };
  return {
    state,
    refusal,
    probe: (agentId) =>
      held
        .halts()
        .filter(({ scope }) => touchesAgent(scope, agentId))
        .every((halt) => typeof refusal(covered(halt, agentId))?.haltId === 'string'),
    close: () => void (closed = true),
  };
}

/** An attempt that the order covers, and that changes something. */
function covered({ scope }: Halt, agentId: string): Attempt {
  const only = (name: string): string => valueIn(scope, name) ?? `probe-of-${name}`;
  return { agentId, tool: only('tool'), actionClass: only('actionClass'), actionId: only('actionId') };
}

function valueIn(scope: HaltScope, name: string): string | undefined {
  return Object.entries(scope).find(([key]) => key === name)?.[1];
}
