/** Everything an operation needs, real but for the clock and the roster: SQLite in memory and the shipped runbooks. */
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Actor } from '../../src/core/actor.js';
import type { Alert } from '../../src/core/alert.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps, Log } from '../../src/operations/deps.js';
import type { Directory } from '../../src/operations/access/directory.js';
import { takeAlert } from '../../src/operations/alerts/take-alert.js';
import type { Registry } from '../../src/registry/registry.js';
import { openSqliteStore } from '../../src/store/sqlite.js';
import type { EffectRow, SurfaceRow } from '../../src/store/types.js';
import { shippedRunbooks } from './shipped-runbooks.js';

export const START = '2026-11-20T03:12:00.000Z';
export const MINUTE = 60_000;

/** A clock that moves when it is told to. */
export interface SetClock {
  readonly now: () => string;
  readonly advance: (ms: number) => void;
}

export function setClock(start: string = START): SetClock {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms).toISOString(),
    advance: (by) => {
      ms += by;
    },
  };
}

/** What was logged, by level. */
export interface Logged {
  readonly level: keyof Log;
  readonly message: string;
  readonly data: object;
}

export interface Desk {
  readonly deps: Deps;
  readonly clock: SetClock;
  readonly logged: readonly Logged[];
}

export interface DeskOptions {
  readonly databasePath?: string;
  readonly now?: () => string;
  /** The clock of leases, in milliseconds. */
  readonly monotonic?: () => number;
  readonly directory?: (registry: Registry) => Directory;
  readonly registry?: (registry: Registry) => Registry;
}

/** Opens a desk that is cleared when the test ends. */
export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const clock = setClock();
  const now = options.now ?? clock.now;
  const logged: Logged[] = [];
  const store = await openSqliteStore(options.databasePath ?? ':memory:', { now });
  onTestFinished(() => store.close());
  const shipped = shippedRunbooks();
  const registry = options.registry?.(shipped) ?? shipped;
  const deps: Deps = {
    store,
    registry,
    directory: options.directory?.(registry) ?? rosterOf(registry),
    plane: await createHaltPlane(store, {
      now,
      ...(options.monotonic && { monotonic: options.monotonic }),
    }),
    now,
    newId: randomUUID,
    log: recorder(logged),
    wake: () => undefined,
    settings: { announceChannel: 'C0ANNOUNCE' },
  };
  return { deps, clock, logged };
}

function recorder(logged: Logged[]): Log {
  const at =
    (level: keyof Log) =>
    (data: object, message: string): void =>
      void logged.push({ level, message, data });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Roles and owners as the runbooks name them by user id; groups need Slack and stay empty. */
export function rosterOf(registry: Registry): Directory {
  const membersOf = (role: string, agentId: string | null): readonly string[] =>
    role === 'agent-owner'
      ? (registry.agents.get(agentId ?? '')?.owners ?? [])
      : (registry.roles.get(role)?.userIds ?? []);
  return {
    membersOf,
    rolesOf: (userId) => ({
      roles: [...registry.roles.keys()].filter((role) => membersOf(role, null).includes(userId)),
      owns: [...registry.agents.values()].filter(({ owners }) => owners.includes(userId)).map(({ id }) => id),
    }),
  };
}

/** Nobody holds any role. */
export function emptyRoster(): Directory {
  return { membersOf: () => [], rolesOf: () => ({ roles: [], owns: [] }) };
}

/** A person at a Slack button. */
export function person(userId: string): Actor {
  return { kind: 'person', id: userId, roles: [], via: 'slack' };
}

export const ALERTMANAGER: Actor = { kind: 'source', id: 'alertmanager', roles: [], via: 'http' };

export function anAlert(change: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    dedupKey: 'cost-rate/billing-agent',
    status: 'firing',
    startsAt: '2026-11-20T03:10:00.000Z',
    actionAt: null,
    signalAt: null,
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    actionClass: null,
    tripwire: 'cost-rate',
    title: 'Spend is four times the median',
    summary: 'billing-agent spent 412 USD in the last hour',
    link: null,
    labels: {},
    ...change,
  };
}

/** Opens an incident by an alert and returns its name. */
export async function openByAlert(deps: Deps, change: Partial<Alert> = {}): Promise<string> {
  const [outcome] = await takeAlert(deps, { alerts: [anAlert(change)], actor: ALERTMANAGER });
  const incident = outcome?.incident ?? null;
  if (incident === null) throw new Error('the alert opened nothing');
  return incident;
}

/** A surface that must exist. */
export async function surfaceNamed(deps: Deps, key: string): Promise<SurfaceRow> {
  const surface = await deps.store.surface(key);
  if (surface === undefined) throw new Error(`there is no surface ${key}`);
  return surface;
}

/** Does everything that waits in the bulk lane, in order, and returns it. */
export async function takeEffects({ store, now }: Deps): Promise<EffectRow[]> {
  const taken: EffectRow[] = [];
  for (;;) {
    const due = await store.transact((tx) => tx.effects.due('bulk', now(), 100));
    if (due.length === 0) return taken;
    await store.transact(async (tx) => {
      for (const effect of due) await tx.effects.done(effect.id, now());
    });
    taken.push(...due);
  }
}
