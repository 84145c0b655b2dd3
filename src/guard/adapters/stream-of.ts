import type { Acting } from '../guard.js';
import type { AdapterGuard } from './on-halted.js';

/**
 * How a guard lets a result pass that comes in pieces. One that only asks (`checkGuard`) asks before the first piece, and cuts
 * nothing off.
 */
export function streamOf(guard: Pick<AdapterGuard, 'run' | 'stream'>): Acting['stream'] {
  if (guard.stream !== undefined) return guard.stream.bind(guard);
  return async function* (attempt, fn) {
    yield* await guard.run(attempt, fn);
  };
}
