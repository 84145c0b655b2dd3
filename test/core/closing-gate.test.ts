import { describe, expect, it } from 'vitest';
import { blockingItems, closingGate, describeItem } from '../../src/core/closing-gate.js';
import type { Order, PointState } from '../../src/core/containment.js';
import { foldIncident } from '../../src/core/fold-incident.js';
import type { IncidentEvent } from '../../src/core/incident-events.js';
import type { Incident } from '../../src/core/incident.js';
import { history, minute, opening } from '../support/history.js';

const ACKNOWLEDGED: IncidentEvent = { type: 'page:acknowledged', data: { userId: 'U0SRE1', at: minute(1) } };
const HARM: IncidentEvent = { type: 'harm:confirmed', data: { by: 'U0SRE1', at: minute(2) } };
const CONTAINED_BY_HAND: IncidentEvent = {
  type: 'status:changed',
  data: { from: 'acknowledged', to: 'contained' },
  private: { text: 'its credentials are revoked' },
};

function incident(...events: readonly IncidentEvent[]): Incident {
  const folded = foldIncident(history(opening(), ...events));
  if (folded === undefined) throw new Error('no opening');
  return folded;
}

function point(level: PointState['level']): PointState {
  return {
    pointId: 'p1',
    agentId: 'billing-agent',
    instance: 'pod-1',
    kind: 'guard',
    level,
    reached: { [level]: minute(3) },
    inflight: { aborted: [], uncancellable: [], completedAfter: [] },
    markedBy: null,
    settledAt: level === 'enforced' ? null : minute(3),
  };
}

function order(change: Partial<Order> = {}): Order {
  return {
    haltId: 'H-1',
    scope: { kind: 'all' },
    mode: 'deny',
    reason: 'test',
    orderedBy: 'U0SRE1',
    at: minute(2),
    epoch: 1,
    incident: 'INC-7',
    alsoIn: [],
    originChannel: null,
    drill: false,
    rehearsal: false,
    ended: null,
    breakGlass: false,
    reviewed: null,
    reviewAt: null,
    reviewSetAt: '2026-11-20T03:12:00.000Z',
    reviewsAsked: 0,
    clockStartedAt: minute(2),
    recordedLate: false,
    points: [point('quiesced')],
    uncovered: [],
    contained: null,
    missedAt: null,
    liftRequest: null,
    lifted: null,
    ...change,
  };
}

const LIFTED = { by: 'U0SEC1', requestedBy: 'U0SRE1', at: minute(9) };

function missing(state: {
  incident: Incident;
  orders?: readonly Order[];
  leaveStanding?: boolean;
}): string[] {
  return blockingItems(closingGate({ orders: [], leaveStanding: false, ...state })).map(({ id }) => id);
}

describe('the closing gate', () => {
  it('asks a false alarm for nothing but its acknowledgement', () => {
    expect(missing({ incident: incident() })).toEqual(['acknowledgement']);
    expect(missing({ incident: incident(ACKNOWLEDGED) })).toEqual([]);
  });

  it('asks for containment and a rollback once harm is confirmed', () => {
    expect(missing({ incident: incident(ACKNOWLEDGED, HARM) })).toEqual(['containment', 'rollback']);
  });

  it('believes no word about a point that was expected and has not answered', () => {
    const short = order({ points: [point('enforced')] });

    expect(
      missing({ incident: incident(ACKNOWLEDGED, CONTAINED_BY_HAND), orders: [short], leaveStanding: true }),
    ).toContain('containment');
    expect(
      missing({
        incident: incident(ACKNOWLEDGED),
        orders: [order({ points: [point('marked')] })],
        leaveStanding: true,
      }),
    ).not.toContain('containment');
  });

  it('believes a responder where no point was expected', () => {
    const unprovable = order({ points: [], uncovered: ['billing-agent'] });

    expect(missing({ incident: incident(ACKNOWLEDGED), orders: [unprovable] })).toContain('containment');
    expect(
      missing({ incident: incident(ACKNOWLEDGED, CONTAINED_BY_HAND), orders: [unprovable] }),
    ).not.toContain('containment');
  });

  it('wants a decision about every halt that stands', () => {
    expect(missing({ incident: incident(ACKNOWLEDGED), orders: [order()] })).toContain('halts');
    expect(
      missing({ incident: incident(ACKNOWLEDGED), orders: [order()], leaveStanding: true }),
    ).not.toContain('halts');
    expect(missing({ incident: incident(ACKNOWLEDGED), orders: [order({ lifted: LIFTED })] })).not.toContain(
      'halts',
    );
  });

  it('shows links that nobody knows, and does not wait for them', () => {
    const items = closingGate({ incident: incident(ACKNOWLEDGED), orders: [], leaveStanding: false });

    const links = items.filter(({ id }) => id.startsWith('link:'));
    expect(links.map(({ id, met, blocks }) => [id, met, blocks])).toEqual([
      ['link:action', false, false],
      ['link:signal', false, false],
      ['link:trigger', false, false],
      ['link:page', false, false],
    ]);
  });

  it('says of every item who can meet it and how', () => {
    const items = closingGate({ incident: incident(HARM), orders: [order()], leaveStanding: false });

    for (const item of items) {
      expect(item.who.length).toBeGreaterThan(0);
      expect(describeItem(item)).toContain(item.how);
    }
  });
});
