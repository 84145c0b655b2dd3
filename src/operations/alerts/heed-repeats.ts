import type { AlertOutcome, Sent } from './alert-outcome.js';
import type { Deps } from '../deps.js';
import { hear, isHeard } from './heard-severities.js';
import { raiseByRepeatIn } from './place-alert.js';

/** A few in each transaction: others have their turn in between. */
const AT_ONCE = 10;

type Repeat = Sent & { readonly incident: string };

/**
 * Alerts that come together are counted as the first of them. That the last of them began later counts as well: then an
 * end that is older is not theirs. What has been stored stays stored, whatever becomes of this.
 */
export async function heedRepeats(
  deps: Deps,
  sent: readonly Sent[],
  outcomes: readonly AlertOutcome[],
): Promise<void> {
  const repeats = [...unheardOf(deps, sent, outcomes).values()];
  try {
    for (let from = 0; from < repeats.length; from += AT_ONCE) {
      const some = repeats.slice(from, from + AT_ONCE);
      const at = deps.now();
      await deps.store.transact(async (tx) => {
        for (const repeat of some) await raiseByRepeatIn(tx, deps, { ...repeat, at });
      });
      for (const { alert } of some) hear(deps, alert);
    }
  } catch (error) {
    deps.log.error(
      { err: error },
      'what repeats of alerts say could not be heeded: it is when they come again',
    );
  }
}

/** Of each episode the repeat that began last, where it says something that has not been acted upon. */
function unheardOf(
  deps: Deps,
  sent: readonly Sent[],
  outcomes: readonly AlertOutcome[],
): ReadonlyMap<string, Repeat> {
  const repeats = new Map<string, Repeat>();
  for (const [index, { alert, actor }] of sent.entries()) {
    const { outcome, incident = null } = outcomes[index] ?? {};
    if (outcome !== 'repeated' || incident === null || alert.status !== 'firing') continue;
    if (isHeard(deps, alert)) continue;
    const known = repeats.get(alert.dedupKey);
    if (known === undefined || alert.startsAt > known.alert.startsAt)
      repeats.set(alert.dedupKey, { alert, actor, incident });
  }
  return repeats;
}
