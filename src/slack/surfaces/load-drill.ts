import type { DrillEntry } from '../../../blocks/drill.js';
import type { Deps } from '../../operations/deps.js';
import { listDrills } from '../../operations/drills/list-drills.js';
import type { SurfaceRow } from '../../store/types.js';
import { NothingToShow } from './load.js';

/** A reminder's drill and the period it is due in, from `drill-reminder:<drill>:<bucket>`. */
export async function loadDrill(
  deps: Deps,
  { key }: SurfaceRow,
): Promise<{ drill: DrillEntry; bucket: string }> {
  const [, drillId = '', ...bucket] = key.split(':');
  const drill = (await listDrills(deps)).find(({ id }) => id === drillId);
  if (drill === undefined) throw new NothingToShow('the runbooks hold no such drill');
  return { drill, bucket: bucket.join(':') };
}
