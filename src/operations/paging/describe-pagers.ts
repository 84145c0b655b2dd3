import { pagerTitle } from '../../core/pager.js';
import type { Deps } from '../deps.js';
import { readPagerHealth } from './pager-health.js';

/** How the configured pagers are, in a few words; undefined where pages go to Slack alone. */
export async function describePagers({ store, settings }: Deps): Promise<string | undefined> {
  const { pagers = [] } = settings;
  if (pagers.length === 0) return undefined;
  const words = await Promise.all(
    pagers.map(async (pager) => {
      const { failing } = await readPagerHealth(store, pager);
      return failing === null
        ? undefined
        : `${pagerTitle(pager)} takes no pages since ${failing.since} (${failing.error})`;
    }),
  );
  const failing = words.filter((each) => each !== undefined);
  return failing.length === 0 ? 'ok' : `FAILING: ${failing.join('; ')}`;
}
