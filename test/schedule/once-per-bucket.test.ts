import { describe, expect, it, vi } from 'vitest';
import { oncePerBucket } from '../../src/schedule/once-per-bucket.js';
import { openDesk } from '../support/desk.js';
import { aDatabasePath } from '../support/journal-file.js';

describe('work that one replica does', () => {
  it('is done once when two replicas find it at the same moment', async () => {
    const databasePath = aDatabasePath();
    const one = await openDesk({ databasePath });
    const other = await openDesk({ databasePath });
    const work = vi.fn(() => Promise.resolve());
    const bucket = { job: 'drill-reminder:x', bucket: '2026-11-20T0900Z' };

    const mine = await Promise.all([
      oncePerBucket(one.deps, bucket, work),
      oncePerBucket(other.deps, bucket, work),
    ]);

    expect(work).toHaveBeenCalledOnce();
    expect(mine.filter(Boolean)).toHaveLength(1);
  });

  it('is done again for the next bucket, and for another job', async () => {
    const { deps } = await openDesk();
    const work = vi.fn(() => Promise.resolve());

    await oncePerBucket(deps, { job: 'a', bucket: '1' }, work);
    await oncePerBucket(deps, { job: 'a', bucket: '2' }, work);
    await oncePerBucket(deps, { job: 'b', bucket: '1' }, work);

    expect(work).toHaveBeenCalledTimes(3);
  });
});
