/** The runbooks as typed data: checked once at start, versioned by their digest. */
import type { ActionClass } from '../core/action-class.js';
import type { Agent } from '../core/agent.js';
import type { TripwireName } from '../core/alert.js';
import type { Gateway } from '../core/gateway.js';
import type { TripwireRules } from '../core/tripwire/parameters.js';
import type { Retention } from '../core/retention.js';
import type { UmbrellaRule } from '../core/umbrella.js';
import type { SourceSettings } from '../core/source-settings.js';

export interface Registry {
  /** SHA-256 over all files, hex: which version of the runbooks an incident was worked with. */
  readonly hash: string;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly actionClasses: ReadonlyMap<string, ActionClass>;
  readonly roles: ReadonlyMap<string, Role>;
  /** May anybody halt in an emergency? Each such order is flagged and has to be reviewed. */
  readonly breakGlass: boolean;
  readonly routes: ReadonlyMap<TripwireName | 'unknown' | 'declared', Route>;
  /** How many halts all tripwires together may order in an hour; after that they page. */
  readonly haltsPerHour: number;
  /** When incidents of one cause are so many that they are worked below one umbrella. */
  readonly umbrella?: UmbrellaRule | undefined;
  /** Alert name (as outside systems label it) → our tripwire. */
  readonly alertNames: ReadonlyMap<string, TripwireName>;
  /** What Haltline's own wires watch for (`tripwireParameters` resolves it for one agent and tool). */
  readonly tripwires: TripwireRules;
  /** What models cost, by the name that spans give. */
  readonly prices: ReadonlyMap<string, ModelPrice>;
  /** The day on which the prices were looked up; null where there are none. */
  readonly pricesAsOf: string | null;
  /** How long telemetry is kept. */
  readonly retention: Retention;
  readonly drills: ReadonlyMap<string, Drill>;
  /** By the name of the token that each asks with. */
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** Addresses for alerts, by the last part of `/v1/alerts/:source`. */
  readonly sources: ReadonlyMap<string, SourceSettings>;
}

/** A role and who holds it, from `roles.yml`. */
export interface Role {
  readonly name: string;
  readonly title: string;
  /** What somebody who takes it has to do, sent to them in private. */
  readonly duties: string;
  readonly userIds: readonly string[];
  /** User groups by id (S…) or handle. */
  readonly userGroups: readonly string[];
}

/** Whom to page, in order; the next role after `acknowledgeWithinMinutes` without an acknowledgement. */
export interface Route {
  readonly roles: readonly string[];
  readonly acknowledgeWithinMinutes: number;
  /** halt: the tripwire orders the narrowest halt and pages; page: it pages. */
  readonly mode: 'page' | 'halt';
}

/** An exercise: when it is due and what it tells people. */
export interface Drill {
  readonly id: string;
  readonly title: string;
  readonly cron: string;
  readonly timezone: string;
  readonly channel: string;
  readonly agentId: string;
  readonly tripwire: TripwireName;
  readonly scenario: string;
  readonly objectives: readonly string[];
}

/** US dollars for a million tokens. A cache price that is left out is the price of input. */
export interface ModelPrice {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly cacheReadPerMillion?: number | undefined;
  readonly cacheWritePerMillion?: number | undefined;
}
