/** The runbooks as typed data: checked once at start, versioned by their digest. */
import type { ActionClass } from '../core/action-class.js';
import type { Agent } from '../core/agent.js';
import type { TripwireName } from '../core/alert.js';
import type { Gateway } from '../core/gateway.js';

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
  /** Alert name (as outside systems label it) → our tripwire. */
  readonly alertNames: ReadonlyMap<string, TripwireName>;
  readonly drills: ReadonlyMap<string, Drill>;
  /** By the name of the token that each asks with. */
  readonly gateways: ReadonlyMap<string, Gateway>;
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
