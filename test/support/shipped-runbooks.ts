/** The runbooks that ship, read once for all who only look at them. */
import { loadRegistry } from '../../src/registry/load-registry.js';
import type { Registry } from '../../src/registry/registry.js';

let shipped: Registry | undefined;

export function shippedRunbooks(): Registry {
  return (shipped ??= loadRegistry('runbooks'));
}
