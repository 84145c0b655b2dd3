/** A desk whose pages go to pagers, with the real outbox and real HTTP between them. */
import { onTestFinished } from 'vitest';
import type { Incident } from '../../src/core/incident.js';
import type { Deps } from '../../src/operations/deps.js';
import { pagerEffectors } from '../../src/operations/paging/drive-pagers.js';
import type { Effector, Outbox, OutboxParts } from '../../src/operations/outbox/outbox-types.js';
import { readIncident } from '../../src/operations/incidents/read-incident.js';
import { startOutbox } from '../../src/operations/outbox/run-outbox.js';
import { createPagers, type PagerSettings } from '../../src/pagers/registry.js';
import type { PagerMessage } from '../../src/pagers/types.js';
import { openDesk, type Desk, type DeskOptions } from './desk.js';
import { ROUTING_KEY, type EventsApi } from './events-api.js';
import { eventually } from './halting.js';
import { RENDERED } from './outbox.js';

export interface PagerDesk extends Desk {
  /** The incident once it looks as wanted. */
  until(incident: string, wanted: (incident: Incident) => boolean): Promise<Incident>;
  /** The process ends, whatever is under way, and another takes over the same store. */
  restart(): Promise<void>;
}

export interface PagerDeskOptions extends DeskOptions {
  readonly parts?: Partial<OutboxParts>;
  readonly timeoutMs?: number;
}

const QUICK = { concurrency: 8, surfaceIntervalMs: 50, backoff: { baseMs: 20, capMs: 60 } } as const;

const SLACK_OBEYS: Readonly<Record<string, Effector>> = Object.fromEntries(
  [
    'channel:create',
    'channel:topic',
    'channel:invite',
    'channel:bookmark',
    'card:pin',
    'post-mortem:post',
  ].map((kind) => [kind, () => Promise.resolve({ kind: 'done' as const })]),
);

export function pagerDutyAt({ url }: Pick<EventsApi, 'url'>): PagerSettings {
  return { pagerduty: { routingKey: ROUTING_KEY, eventsUrl: url }, webhook: null };
}

export async function openPagerDesk(
  settings: PagerSettings,
  { parts = {}, timeoutMs = 10_000, ...options }: PagerDeskOptions = {},
): Promise<PagerDesk> {
  const desk = await openDesk({ now: () => new Date().toISOString(), ...options });
  const { pagers, faults } = createPagers(settings, { nowMs: Date.now, timeoutMs });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const begin = (): { deps: Deps; outbox: Outbox } => {
    const loops: Outbox[] = [];
    const deps: Deps = {
      ...desk.deps,
      settings: { ...desk.deps.settings, pagers: [...pagers.keys()] },
      wake: () => loops[0]?.wake(),
    };
    const outbox = startOutbox(deps, {
      effectors: { ...SLACK_OBEYS, ...pagerEffectors(deps, pagers), ...parts.effectors },
      reconcile: parts.reconcile ?? (() => Promise.resolve(RENDERED)),
      lanes: { 'pager:pagerduty': QUICK, 'pager:webhook': QUICK },
      pollMs: 30,
    });
    loops.push(outbox);
    return { deps, outbox };
  };
  let running = begin();
  onTestFinished(async () => void (await running.outbox.drain(2_000)));
  return {
    ...desk,
    get deps() {
      return running.deps;
    },
    until: async (name, wanted) =>
      eventually(async () => (await readIncident(desk.deps.store, name)).incident, wanted, 10_000),
    async restart() {
      running.outbox.stop();
      running = begin();
    },
  };
}

export function aMessage(change: Partial<PagerMessage> = {}): PagerMessage {
  return {
    verb: 'trigger',
    incident: 'INC-7',
    dedupKey: 'haltline:INC-7',
    messageId: 'hl_1',
    summary: 'INC-7 SEV1: the cost-rate tripwire fired for billing-agent',
    severity: 'sev1',
    agent: 'billing-agent',
    tripwire: 'cost-rate',
    role: 'agent-owner',
    attempt: 1,
    at: '2026-11-20T03:12:00.000Z',
    openedAt: '2026-11-20T03:12:00.000Z',
    actionAt: null,
    triggeredAt: '2026-11-20T03:10:00.000Z',
    links: [],
    ...change,
  };
}
