import type { Actor } from '../../core/actor.js';
import type { Instant } from '../../core/ids.js';
import type { PageAcknowledgement } from './acknowledge-page.js';
import { appendToIncident } from '../incidents/append-to-incident.js';
import type { Deps } from '../deps.js';
import { readIncident } from '../incidents/read-incident.js';
import { takeAcknowledgementIn } from './take-acknowledgement.js';

export interface AcknowledgeFromPager {
  readonly incident: string;
  /** Which pager: `pagerduty`. */
  readonly pager: string;
  /** When it happened there. */
  readonly at: Instant;
  /** Who did it there; null for automation, which is nobody. */
  readonly by: { readonly id: string; readonly name: string } | null;
}

/**
 * Somebody answered at a pager: that completes the detection chain as a press in Slack does, and the other pagers fall
 * silent. Automation is not somebody: it is noted, and pages go on. `first` is false where it changed nothing; null
 * where nobody is on it still.
 */
export async function acknowledgeFromPager(
  deps: Deps,
  { incident: name, pager, at: happenedAt, by }: AcknowledgeFromPager,
): Promise<PageAcknowledgement | null> {
  const actor: Actor = { kind: 'source', id: pager, roles: [], via: 'http' };
  const recordedAt = deps.now();
  const at = noLater(happenedAt, recordedAt);
  const acknowledgement = await deps.store.transact(async (tx) => {
    const reading = await readIncident(tx, name);
    const { incident } = reading;
    const earlier = reading.answer?.data;
    if (earlier !== undefined)
      return { first: false, by: earlier.userId, at: earlier.at, incident: incident.name };
    if (by === null) {
      const why = 'it was acknowledged by automation, which is nobody: pages go on';
      await appendToIncident(tx, {
        incident: incident.name,
        events: [{ type: 'press:refused', data: { what: 'page:acknowledge', userId: pager, why } }],
        actor,
        at: recordedAt,
        idempotencyKey: `page:acknowledged-by-nobody:${pager}:${incident.name}`,
      });
      return null;
    }
    const userId = nameless(by.id);
    const event = {
      type: 'page:acknowledged' as const,
      data: { userId, at, pager },
      private: { by: by.name },
    };
    await takeAcknowledgementIn(tx, deps, { reading, event, actor, at: recordedAt });
    return { first: true, by: userId, at, incident: incident.name };
  });
  deps.wake();
  return acknowledgement;
}

/** Our clock and theirs may differ: what has been heard of cannot lie ahead. */
function noLater(at: Instant, now: Instant): Instant {
  const own = new Date(at).toISOString();
  return own < now ? own : now;
}

/** What is chained in the clear cannot be erased: ids only, no names or addresses. */
function nameless(id: string): string {
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : 'somebody';
}
