import type { FromChild, FromParent } from './child-messages.js';
import type { Enforcer } from './enforcer.js';
import { isHaltedError } from './halted-error.js';
import { toldOf } from './refused-on-wire.js';

/** What waits here for a thread or process under this guard: it has no line of its own to the quarantine. */
export interface HoldingForChild {
  hold(message: Extract<FromChild, { kind: 'hold' }>): void;
  giveUp(asked: number): void;
  /** It exists no more. */
  exited(): void;
}

export function holdForChild(
  enforcer: Pick<Enforcer, 'release'>,
  send: (message: FromParent) => void,
): HoldingForChild {
  const waiting = new Map<number, AbortController>();
  const decide = async ({ asked, attempt }: Extract<FromChild, { kind: 'hold' }>): Promise<void> => {
    const patience = new AbortController();
    waiting.set(asked, patience);
    try {
      const { releasedFrom, release } = await enforcer.release({ ...attempt, signal: patience.signal });
      send({ kind: 'released', asked, from: [...(releasedFrom ?? [])], release });
    } catch (error) {
      // Who has given up has told its caller already.
      if (!patience.signal.aborted) send({ kind: 'refused', asked, refused: refusedBy(error) });
    }
    waiting.delete(asked);
  };
  return {
    hold: (message) => void decide(message),
    giveUp: (asked) => waiting.get(asked)?.abort(),
    exited: () => waiting.forEach((patience) => patience.abort()),
  };
}

function refusedBy(error: unknown) {
  if (isHaltedError(error)) return toldOf(error);
  return {
    refusal: 'hold' as const,
    haltId: null,
    reason: `the parent could not wait: ${String(error)}`,
    epoch: 0,
  };
}
