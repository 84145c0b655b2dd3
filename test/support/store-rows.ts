import type { Actor } from '../../src/core/actor.js';
import type { Append, IncidentRow, NewEffect, NewSurface } from '../../src/store/types.js';

export const AT = '2026-11-20T03:12:00.000Z';
export const LATER = '2026-11-20T03:20:00.000Z';

const ACTOR: Actor = { kind: 'person', id: 'U0SRE1', roles: ['on-call-sre'], via: 'slack' };

/** One fact about INC-7; say only what matters. */
export function anAppend(change: Partial<Append> = {}): Append {
  return {
    stream: 'INC-7',
    events: [{ type: 'note:added', data: { by: 'U0SRE1' } }],
    actor: ACTOR,
    occurredAt: AT,
    recordedAt: AT,
    ...change,
  };
}

export function anIncidentRow(change: Partial<IncidentRow> = {}): IncidentRow {
  return {
    kind: 'incident',
    number: 7,
    open: true,
    agentId: 'billing-agent',
    dedupKey: 'cost-rate/billing-agent',
    channelName: 'inc-7-billing-agent-cost-rate',
    channelId: null,
    ...change,
  };
}

export function anEffect(change: Partial<NewEffect> = {}): NewEffect {
  return {
    key: 'channel:create:INC-7',
    kind: 'channel:create',
    lane: 'bulk',
    incident: 'INC-7',
    payload: { incident: 'INC-7' },
    ...change,
  };
}

export function aSurface(change: Partial<NewSurface> = {}): NewSurface {
  return {
    key: 'announcement:INC-7',
    kind: 'announcement',
    lane: 'bulk',
    incident: 'INC-7',
    target: 'C0ANNOUNCE',
    ...change,
  };
}
