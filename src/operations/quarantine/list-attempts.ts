import type { HeldState } from '../../core/quarantine.js';
import type { HeldAttemptFilter, HeldAttemptRow, Reader } from '../../store/types.js';

export interface AttemptList {
  /** In the order of holding, without parameters. */
  readonly attempts: readonly HeldAttemptRow[];
  /** All that match, by state, also those beyond the limit. */
  readonly counts: Readonly<Partial<Record<HeldState, number>>>;
}

/** What waits, oldest first. Changes nothing. */
export async function listAttempts(
  { store }: { store: Reader },
  filter: HeldAttemptFilter & { limit: number },
): Promise<AttemptList> {
  const { limit: _, ...all } = filter;
  return { attempts: await store.heldAttempts(filter), counts: await store.countHeldAttempts(all) };
}
