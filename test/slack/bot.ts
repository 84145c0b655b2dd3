/** Our half of a Slack workspace: a desk with a real store, and the reconciler and effectors on the sandbox. */
import { onTestFinished } from 'vitest';
import { attemptEffect, attemptSurface } from '../../src/operations/outbox/delivery-attempt.js';
import type { Deps } from '../../src/operations/deps.js';
import { LANE_PACES, type Effector, type Reconcile } from '../../src/operations/outbox/outbox-types.js';
import { BOT_USER_ID, type SandboxOptions } from '../../src/sandbox/slack/options.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import { createSlackClients, type SlackClients } from '../../src/slack/clients.js';
import { createEffectors } from '../../src/slack/effects/registry.js';
import { createReconciler } from '../../src/slack/surfaces/reconcile.js';
import type { EffectRow, SurfaceRow } from '../../src/store/types.js';
import { ADA, BOB, EVE, openWorkspace } from '../sandbox/support.js';
import { openByAlert, openDesk, surfaceNamed, type Logged } from '../support/desk.js';

export const ANNOUNCE = 'incidents';

export interface Bot {
  readonly workspace: SandboxWorkspace;
  readonly deps: Deps;
  readonly clients: SlackClients;
  readonly logged: readonly Logged[];
  readonly effectors: Readonly<Record<string, Effector>>;
  readonly reconcile: Reconcile;
  /** One attempt at a surface, stored like the outbox stores it. */
  show(key: string): Promise<SurfaceRow>;
  /** The same, but the process dies before it can store what came of it. */
  showAndDie(key: string): Promise<void>;
  /** One attempt at the next effect of the bulk lane, without waiting for when it is due. */
  act(): Promise<EffectRow | undefined>;
  actAndDie(): Promise<EffectRow | undefined>;
  /** Attempts until nothing is due any more. */
  actAll(): Promise<void>;
}

/** A workspace, and a bot that Ada, Bob and Eve have. Everybody holds every role. */
export async function openBot(options: Partial<SandboxOptions> = {}): Promise<Bot> {
  const workspace = await openWorkspace({
    channels: [{ name: ANNOUNCE, members: [ADA, BOB, EVE, BOT_USER_ID] }],
    ...options,
  });
  onTestFinished(() => workspace.stop());
  const now = (): string => new Date().toISOString();
  const desk = await openDesk({ now, directory: () => ({ membersOf: () => [ADA, BOB], rolesOf }) });
  const deps = { ...desk.deps, settings: { announceChannel: ANNOUNCE } };
  const { botToken, apiUrl } = workspace;
  const clients = createSlackClients({ botToken, apiUrl, log: deps.log });
  const parts = { effectors: createEffectors(deps, clients), reconcile: createReconciler(deps, clients) };
  return { workspace, deps, clients, logged: desk.logged, ...parts, ...outboxOf(deps, parts) };
}

/** By then every retry is due. */
const FAR_AHEAD = '2126-01-01T00:00:00.000Z';

const rolesOf = () => ({ roles: ['on-call-sre', 'incident-commander'], owns: ['billing-agent'] });

function outboxOf(deps: Deps, parts: Pick<Bot, 'effectors' | 'reconcile'>) {
  const laneOf = (lane: 'halt' | 'bulk') => ({ deps, parts, lane, pace: LANE_PACES[lane] });

  async function attemptAt(key: string) {
    const row = await surfaceNamed(deps, key);
    await deps.store.transact((tx) => tx.surfaces.begin(key));
    return attemptSurface(laneOf(row.lane), row);
  }

  async function attemptNext() {
    const [row] = await deps.store.transact((tx) => tx.effects.due('bulk', FAR_AHEAD, 1));
    if (row === undefined) return undefined;
    await deps.store.transact((tx) => tx.effects.begin(row.id));
    return { row, settlement: await attemptEffect(laneOf('bulk'), row) };
  }

  async function act(): Promise<EffectRow | undefined> {
    const attempted = await attemptNext();
    if (attempted !== undefined) await deps.store.transact(attempted.settlement.store);
    return attempted?.row;
  }

  return {
    show: async (key: string) => {
      const settlement = await attemptAt(key);
      await deps.store.transact(settlement.store);
      return surfaceNamed(deps, key);
    },
    showAndDie: async (key: string) => void (await attemptAt(key)),
    act,
    actAndDie: async () => (await attemptNext())?.row,
    actAll: async () => {
      let more = await act();
      while (more !== undefined) more = await act();
    },
  };
}

/** An incident by an alert, its channel made; the other effects wait. */
export async function openIncident(
  bot: Bot,
  change: Parameters<typeof openByAlert>[1] = {},
): Promise<string> {
  const name = await openByAlert(bot.deps, change);
  await bot.act();
  return name;
}

/** The messages of a channel by name, without what Slack itself says there. */
export async function messagesOf({ workspace }: Bot, channelName: string) {
  const channel = await workspace.channelNamed(channelName);
  if (channel === undefined) throw new Error(`there is no channel ${channelName}`);
  return (await workspace.messages(channel.id)).filter(({ subtype }) => subtype === undefined);
}
