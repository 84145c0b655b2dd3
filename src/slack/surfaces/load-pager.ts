import type { FailingPagerState } from '../../../blocks/failing-pager.js';
import type { Deps } from '../../operations/deps.js';
import { readPagerHealth } from '../../operations/paging/pager-health.js';
import type { SurfaceRow } from '../../store/types.js';

/** The key is `pager-failing:<pager>:<ms since the epoch>`. */
export async function loadFailingPager({ store }: Deps, { key }: SurfaceRow): Promise<FailingPagerState> {
  const [, pager = '', since = '0'] = key.split(':');
  return { pager, since: new Date(Number(since)).toISOString(), health: await readPagerHealth(store, pager) };
}
