import { covers, type Attempt, type Halt } from './halt.js';

/** The answer to an attempt, with the orders that caused it; an empty `because` means nothing stands against it. */
export type Decision =
  | { readonly verdict: 'allow'; readonly because: readonly Halt[] }
  | { readonly verdict: 'hold'; readonly because: readonly Halt[] }
  | { readonly verdict: 'deny'; readonly because: readonly Halt[] };

/**
 * attempt × halts → allow | hold | deny. The strictest covering order wins, so adding an order can never
 * allow more. `degraded` refuses everything but reads. A rehearsal stands against nothing.
 */
export function decide(attempt: Attempt, halts: readonly Halt[]): Decision {
  const covering = halts.filter((halt) => halt.drill !== true && covers(halt.scope, attempt));
  const denying = covering.filter(
    (halt) => halt.mode === 'deny' || (halt.mode === 'degraded' && attempt.readOnly !== true),
  );
  if (denying.length > 0) return { verdict: 'deny', because: denying };
  const holding = covering.filter((halt) => halt.mode === 'hold');
  if (holding.length > 0) return { verdict: 'hold', because: holding };
  return { verdict: 'allow', because: covering };
}
