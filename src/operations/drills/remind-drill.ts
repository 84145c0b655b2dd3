import type { Deps } from '../deps.js';
import { drillNamed } from './start-drill.js';

/** Posts that a drill is due, once per bucket whatever number of processes ask. */
export async function remindDrill(
  deps: Deps,
  { drillId, bucket }: { drillId: string; bucket: string },
): Promise<void> {
  const drill = drillNamed(deps.registry, drillId);
  const key = `drill-reminder:${drill.id}:${bucket}`;
  await deps.store.transact(async (tx) => {
    if (!(await tx.claim(key, deps.now()))) return;
    await tx.touchSurface({
      key,
      kind: 'drill-reminder',
      lane: 'bulk',
      incident: null,
      target: drill.channel,
    });
  });
  deps.wake();
}
