import {
  applySourceEvent,
  RUNNING,
  SourceEvent,
  sourceStream,
  type SourceState,
} from '../../core/source-events.js';
import type { Projection, Reader } from '../../store/types.js';

const projections = new Map<string, Projection<SourceState>>();

function projectionOf(name: string): Projection<SourceState> {
  const known = projections.get(name);
  if (known !== undefined) return known;
  const made: Projection<SourceState> = {
    stream: sourceStream(name),
    empty: RUNNING,
    apply: (state, { type, data, private: secret }) =>
      applySourceEvent(state, SourceEvent.parse({ type, data, private: secret ?? null })),
    kept: new WeakMap(),
  };
  projections.set(name, made);
  return made;
}

/** Whether a source of the registry is paused, and by whom. */
export function readSource(store: Reader, name: string): Promise<SourceState> {
  return store.fold(projectionOf(name));
}
