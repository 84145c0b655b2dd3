import type { Deps } from '../operations/deps.js';

/** One due time of one job: `2026-11-20T0900Z`. */
export interface Bucket {
  readonly job: string;
  readonly bucket: string;
}

/**
 * Does the work of a bucket on one replica only: whoever claims it first. False where another one did. A
 * replica that dies between the claim and the work leaves it undone: see `drill-reminders.ts` for catching up.
 */
export async function oncePerBucket(
  { store, now }: Deps,
  { job, bucket }: Bucket,
  work: () => Promise<void>,
): Promise<boolean> {
  const mine = await store.transact((tx) => tx.claim(`cron:${job}:${bucket}`, now()));
  if (mine) await work();
  return mine;
}
