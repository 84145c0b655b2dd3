/** Histories of one incident for the fold: builders and arbitraries. */
import fc from 'fast-check';
import { LINKS } from '../../src/core/detection-chain.js';
import type { IncidentEvent } from '../../src/core/incident-events.js';
import type { Recorded } from '../../src/core/incident.js';

export const OPENED_AT = '2026-11-20T03:12:00.000Z';

/** `minutes` after the opening. */
export function minute(minutes: number): string {
  return new Date(Date.parse(OPENED_AT) + minutes * 60_000).toISOString();
}

export type Opening = Extract<IncidentEvent, { type: 'incident:opened' }>;

export function opening(change: Partial<Opening['data']> = {}): Opening {
  return {
    type: 'incident:opened',
    data: {
      number: 7,
      kind: 'incident',
      agentId: 'billing-agent',
      agentLabel: null,
      tripwire: 'cost-rate',
      severity: 'sev1',
      channelName: 'inc-7-billing-agent-cost-rate',
      declared: null,
      drillId: null,
      ...change,
    },
    private: { title: 'Spend is four times the median', summary: 'since 03:10' },
  };
}

/** Numbers and dates the events a minute apart. */
export function history(...events: readonly IncidentEvent[]): Recorded<IncidentEvent>[] {
  return events.map((event, index) => ({
    seq: index + 1,
    event,
    actorId: 'U0SRE1',
    occurredAt: minute(index),
    recordedAt: minute(index),
  }));
}

const instant = fc.integer({ min: -600, max: 600 }).map(minute);
const user = fc.constantFrom('U0SRE1', 'U0SRE2', 'U0SEC1');
const pageId = fc.constantFrom('p1', 'p2');

/** Facts that the world, not a scribe, adds to a chain. */
export const fact: fc.Arbitrary<IncidentEvent> = fc.oneof(
  fc.record({
    type: fc.constant('alert:received' as const),
    data: fc.record({
      source: fc.constant('alertmanager'),
      dedupKey: fc.constantFrom('a', 'b'),
      status: fc.constant('firing' as const),
      startsAt: instant,
      actionAt: fc.option(instant),
      signalAt: fc.option(instant),
      agentId: fc.constant('billing-agent'),
      tool: fc.constant(null),
      actionClass: fc.constant(null),
      tripwire: fc.constant('cost-rate' as const),
      link: fc.constant(null),
    }),
    private: fc.constant({ title: 'Spend', summary: 'too much', labels: {} }),
  }),
  fc.record({
    type: fc.constant('page:ordered' as const),
    data: fc.record({
      pageId,
      role: fc.constant('agent-owner'),
      users: fc.array(user),
      attempt: fc.integer({ min: 1, max: 4 }),
    }),
  }),
  fc.record({
    type: fc.constant('page:sent' as const),
    data: fc.record({ pageId, userId: user, at: instant }),
  }),
  fc.record({
    type: fc.constant('page:failed' as const),
    data: fc.record({ pageId, userId: user, error: fc.constant('user_disabled') }),
  }),
  fc.record({
    type: fc.constant('page:acknowledged' as const),
    data: fc.record({ userId: user, at: instant }),
  }),
  fc.record({
    type: fc.constant('harm:confirmed' as const),
    data: fc.record({ by: user, at: instant }),
  }),
  fc.record({
    type: fc.constant('status:changed' as const),
    data: fc.record({
      from: fc.constant('open' as const),
      to: fc.constantFrom('open' as const, 'acknowledged' as const, 'contained' as const),
    }),
    private: fc.constant(null),
  }),
);

/** What only a scribe with a source adds. */
export const supplied: fc.Arbitrary<IncidentEvent> = fc.record({
  type: fc.constant('link:supplied' as const),
  data: fc.record({ link: fc.constantFrom(...LINKS.slice(0, 2)), at: instant }),
  private: fc.constant({ source: 'ledger export' }),
});
