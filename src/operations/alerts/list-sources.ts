import type { Instant } from '../../core/ids.js';
import type { SourceState } from '../../core/source-events.js';
import type { AlertFormat } from '../../core/source-settings.js';
import type { Deps } from '../deps.js';
import { readSource } from './read-source.js';

/** One source as it stands. */
export interface SourceListed {
  readonly name: string;
  /** Null for one that is in sources.yml no more and of which something still waits. */
  readonly format: AlertFormat | null;
  readonly paused: SourceState['paused'];
  /** Posts that are answered and wait to be taken. */
  readonly held: number;
  readonly heldSince: Instant | null;
}

/** All sources of the registry, and any other of which posts wait. */
export async function listSources({
  store,
  registry,
}: Pick<Deps, 'store' | 'registry'>): Promise<SourceListed[]> {
  const waiting = new Map((await store.heldPostCounts()).map((each) => [each.source, each]));
  return Promise.all(
    [...new Set([...registry.sources.keys(), ...waiting.keys()])].map(async (name) => {
      const { paused } = await readSource(store, name);
      const held = waiting.get(name);
      const format = registry.sources.get(name)?.format ?? null;
      return { name, format, paused, held: held?.count ?? 0, heldSince: held?.oldestAt ?? null };
    }),
  );
}

/** A tick: whoever reads the log hears of what is paused; a source that somebody forgot would hide the next incident. */
export async function remindOfPaused(deps: Deps): Promise<number> {
  const paused = (await listSources(deps)).filter((each) => each.paused !== null);
  for (const { name, held, paused: since } of paused)
    deps.log.warn({ source: name, held, since: since?.at }, 'a source is paused: what it posts wakes nobody');
  return paused.length;
}
