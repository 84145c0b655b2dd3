import { HaltEvent } from '../core/halt-events.js';
import type { Transaction } from '../store/types.js';
import type { Settings } from './deps.js';
import { PLANE_STREAM } from './read-plane.js';
import { touchHalt } from './touch-halt.js';

/** Has the list of what an order holds rendered again; it stays where it was first shown. */
export async function touchQuarantine(tx: Transaction, settings: Settings, haltId: string): Promise<void> {
  const shown = await tx.surface(`quarantine:${haltId}`);
  if (shown !== undefined) {
    const { key, kind, lane, incident, target } = shown;
    return tx.touchSurface({ key, kind, lane, incident, target });
  }
  const order = await orderedAs(tx, haltId);
  await touchHalt(tx, settings, order ?? { haltId, incident: null, originChannel: null }, 'quarantine');
}

/** Where the order was given; undefined for one that could not be written yet. */
async function orderedAs(tx: Transaction, haltId: string) {
  const entries = await tx.readStream(PLANE_STREAM);
  return entries
    .filter(({ type }) => type === 'halt:ordered')
    .map(({ type, data, private: secret }) => HaltEvent.parse({ type, data, private: secret ?? null }))
    .flatMap((event) => (event.type === 'halt:ordered' && event.data.haltId === haltId ? [event.data] : []))
    .at(0);
}
