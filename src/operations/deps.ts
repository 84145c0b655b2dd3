/** What operations are handed. `app.ts` fills it with the real parts, tests with SQLite files and a set clock. */
import type { Directory } from './access/directory.js';
import type { HaltPlane } from './halting/halt-plane.js';
import type { Instant } from '../core/ids.js';
import type { PagerName } from '../core/pager.js';
import type { Registry } from '../registry/registry.js';
import type { Store } from '../store/types.js';
import type { Telemetry } from '../telemetry/types.js';

export interface Deps {
  readonly store: Store;
  readonly registry: Registry;
  readonly directory: Directory;
  readonly plane: HaltPlane;
  readonly now: () => Instant;
  /** Unique ids (UUID) for pages, tokens and the like. */
  readonly newId: () => string;
  readonly log: Log;
  /** Tells the delivery loops that there is work; cheap, may be called often. */
  readonly wake: () => void;
  readonly settings: Settings;
  /** What a post-mortem replays its tripwires against; left out, it says that nobody did. */
  readonly telemetry?: Pick<Telemetry, 'replay'> | undefined;
}

/** The same desk for people who press and guards that answer: what it asks of the store goes before everything else. */
export function inAHurry(deps: Deps): Deps {
  return { ...deps, store: deps.store.urgent };
}

/** The little of the configuration that operations need. */
export interface Settings {
  /** Where new incidents are announced: a channel id or name; null for nowhere. */
  readonly announceChannel: string | null;
  /** The pagers outside Slack that every page goes to as well; none where left out. */
  readonly pagers?: readonly PagerName[] | undefined;
}

/** pino's shape, narrowed: a static message, the data in the object. */
export interface Log {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
