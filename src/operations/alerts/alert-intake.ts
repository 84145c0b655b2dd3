import { DomainError } from '../../core/errors.js';
import { alikeOf } from './alike-alerts.js';
import type { AlertOutcome, Sent } from './alert-outcome.js';
import type { Deps } from '../deps.js';
import { heedRepeats } from './heed-repeats.js';
import { takeTogether } from './take-together.js';
import { writeTogether } from '../write-together.js';

/** Alerts stored together: they are about far fewer episodes, and only those cost. */
const AT_ONCE = 500;
/**
 * Alerts of one source that may wait at once: about as many as are stored within the five seconds that the least
 * patient sender gives us.
 */
const MOST_WAITING = 4_000;

interface Intake {
  readonly take: (sent: Sent) => Promise<AlertOutcome>;
  /** By source. */
  readonly waiting: Map<string, number>;
}

/** One queue for all doors of one desk. */
const intakes = new WeakMap<Deps, Intake>();

/**
 * Has alerts stored, in the order in which they came. DomainError `unavailable` where a source has too many waiting:
 * nothing of the post has been taken then, and 503 is the one answer that every sender takes for "again later".
 */
export async function takeIn(deps: Deps, sent: readonly Sent[]): Promise<AlertOutcome[]> {
  const { take, waiting } = intakeOf(deps);
  const source = sent[0]?.actor.id ?? '';
  const before = waiting.get(source) ?? 0;
  if (before > 0 && before + sent.length > MOST_WAITING)
    throw new DomainError(
      'unavailable',
      `${before} alerts of this source are waiting to be stored. Send it again in a moment: nothing of it was taken.`,
    );
  waiting.set(source, before + sent.length);
  try {
    return await Promise.all(sent.map(take));
  } finally {
    const after = (waiting.get(source) ?? 0) - sent.length;
    if (after > 0) waiting.set(source, after);
    else waiting.delete(source);
  }
}

function intakeOf(deps: Deps): Intake {
  const known = intakes.get(deps);
  if (known !== undefined) return known;
  const take = writeTogether<Sent, AlertOutcome>(async (sent) => {
    const outcomes: AlertOutcome[] = [];
    for (const alike of await alikeOf(deps, sent)) {
      const taken = await takeTogether(deps, alike);
      await heedRepeats(deps, alike, taken);
      outcomes.push(...taken);
    }
    return outcomes;
  }, AT_ONCE);
  const intake = { take, waiting: new Map<string, number>() };
  intakes.set(deps, intake);
  return intake;
}
