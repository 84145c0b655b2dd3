/** What an actuator has to be able to do. One folder a kind; `registry.ts` lists them. */
import type { HaltMode, HaltScope } from '../core/halt.js';
import type { Instant } from '../core/ids.js';

/** What it is told. The same order told twice is one: every field is the same each time. */
export interface ActuatorOrder {
  readonly haltId: string;
  readonly scope: HaltScope;
  readonly mode: HaltMode;
  /** SHA-256 of what people wrote: their words stay here. */
  readonly reasonDigest: string;
  readonly at: Instant;
  /** The epoch. Only grows: what is older than the newest that was obeyed is no longer to be obeyed. */
  readonly sequence: number;
  /** Tells this order from every other of any control plane, also after a restored backup. */
  readonly messageId: string;
}

/** How the agent stands, in the actuator's own words. */
export type ReportedState = 'stopped' | 'stopping' | 'running';

export type ActuatorAnswer =
  | { readonly kind: 'state'; readonly state: ReportedState }
  /** Taken, and nothing said about the agent. */
  | { readonly kind: 'received' }
  /** It understood and will not: trying again soon changes nothing. */
  | { readonly kind: 'refused'; readonly error: string; readonly retryAfterMs: number | null }
  /** No answer, or none that an actuator gives. `error` is static words and codes. */
  | { readonly kind: 'failed'; readonly error: string };

/** Never rejects; both verbs may be repeated without harm. An aborted signal answers `failed`. */
export interface Actuator {
  readonly pointId: string;
  halt(order: ActuatorOrder, signal?: AbortSignal): Promise<ActuatorAnswer>;
  release(order: ActuatorOrder, signal?: AbortSignal): Promise<ActuatorAnswer>;
  /** Asks how the agent stands; null where it cannot be asked. */
  readonly poll: ((signal?: AbortSignal) => Promise<ActuatorAnswer>) | null;
}

/** All actuators of the fleet, by the name of their enforcement point. */
export type Actuators = ReadonlyMap<string, Actuator>;
