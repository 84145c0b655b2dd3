/**
 * Somebody who may not halt asks those who may. It is answered by the first order that stops at least what was asked
 * for, at least as strictly: an order in force already, or the next one. A rehearsal stops nothing, so it answers only
 * what was asked for in a drill.
 */
import { parseIncidentName, type Instant } from './ids.js';
import { widerOrEqual, type HaltMode, type HaltScope } from './halt.js';

export interface Ask {
  readonly askId: string;
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly by: string;
  readonly at: Instant;
  readonly incident: string | null;
  readonly reason: string;
  /** Everybody who was asked. */
  readonly users: readonly string[];
  /** The id of the order that answered it; null while nothing is stopped. */
  readonly answer: string | null;
}

interface Given {
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  readonly drill: boolean;
}

/** Does the order give what was asked for? */
export function answers({ scope, mode, drill }: Given, asked: Omit<Ask, 'answer'>): boolean {
  const isStrictEnough = mode === 'deny' || mode === asked.mode;
  return drill === isOfDrill(asked) && isStrictEnough && widerOrEqual(scope, asked.scope);
}

/** Asked for in an exercise. */
export function isOfDrill({ incident }: Pick<Ask, 'incident'>): boolean {
  return incident !== null && parseIncidentName(incident)?.kind === 'drill';
}
