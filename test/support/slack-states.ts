/** States that surfaces show: builders for examples, arbitraries for anything at all. */
import fc from 'fast-check';
import type { ActionClass } from '../../src/core/action-class.js';
import type { Ask } from '../../src/core/ask.js';
import type { Order, PointState } from '../../src/core/containment.js';
import { foldIncident } from '../../src/core/fold-incident.js';
import type { Incident } from '../../src/core/incident.js';
import type { Checklist } from '../../src/core/rollback.js';
import { hostileText } from './hostile.js';
import { history, minute, OPENED_AT, opening } from './history.js';

export const NOW = minute(5);

export function anIncident(change: Partial<Incident> = {}): Incident {
  const folded = foldIncident(history(opening()));
  if (folded === undefined) throw new Error('an opening opens');
  return { ...folded, ...change };
}

export function aPoint(change: Partial<PointState> = {}): PointState {
  return {
    pointId: 'billing-agent/1',
    agentId: 'billing-agent',
    instance: 'pod-1',
    kind: 'guard',
    level: 'expected',
    reached: { expected: OPENED_AT },
    inflight: { aborted: [], uncancellable: [], completedAfter: [] },
    markedBy: null,
    settledAt: null,
    ...change,
  };
}

/** A point that has said all there is to say, `ms` after the order. */
export function aQuietPoint(agentId: string, ms: number): PointState {
  const at = new Date(Date.parse(OPENED_AT) + ms).toISOString();
  const reached = { expected: OPENED_AT, received: at, enforced: at, quiesced: at };
  return aPoint({ pointId: `${agentId}/1`, agentId, level: 'quiesced', reached, settledAt: at });
}

export function anOrder(change: Partial<Order> = {}): Order {
  return {
    haltId: 'H-1',
    scope: { kind: 'all' },
    mode: 'deny',
    reason: 'refunds go out twice',
    orderedBy: 'U0SRE1',
    at: OPENED_AT,
    epoch: 3,
    incident: 'INC-7',
    alsoIn: [],
    originChannel: null,
    drill: false,
    rehearsal: false,
    ended: null,
    breakGlass: false,
    reviewed: null,
    reviewAt: null,
    reviewSetAt: OPENED_AT,
    reviewsAsked: 0,
    clockStartedAt: OPENED_AT,
    recordedLate: false,
    points: [aPoint()],
    uncovered: [],
    contained: null,
    missedAt: null,
    liftRequest: null,
    lifted: null,
    ...change,
  };
}

/** Somebody who may not halt asks those who may. */
export function anAsk(change: Partial<Ask> = {}): Ask {
  return {
    askId: 'ask-1',
    scope: { kind: 'all' },
    mode: 'deny',
    by: 'U0DEV1',
    at: NOW,
    incident: 'INC-7',
    reason: 'look at this',
    users: ['U0SRE1'],
    answer: null,
    ...change,
  };
}

export function aChecklist(change: Partial<Checklist> = {}): Checklist {
  return {
    actionClass: 'database-write',
    operator: 'database-operator',
    registryHash: 'abcdef0123456789',
    openedAt: OPENED_AT,
    budgetsFrom: null,
    steps: [],
    substituted: null,
    verified: null,
    warned: {},
    ...change,
  };
}

export function aProfile(change: Partial<ActionClass> = {}): ActionClass {
  return {
    name: 'database-write',
    title: 'Database writes',
    operator: 'database-operator',
    steps: [
      { id: 'snapshot', instruction: 'Take a snapshot of what is there now.', evidence: 'snapshot id' },
      { id: 'restore', instruction: 'Restore the rows.', evidence: 'row count' },
    ],
    budgets: [{ id: 'restored', covers: 'rows restored', minutes: 240 }],
    substitute: {
      when: 'others have built on the rows',
      steps: [{ id: 'compensate', instruction: 'Write compensating rows.', evidence: 'row count' }],
    },
    verification: { instruction: 'Compare with the ledger.', evidence: 'query result' },
    allowReadsWhenIsolated: false,
    ...change,
  };
}

const user = fc.oneof(fc.constantFrom('U0SRE1', 'U0SRE2'), hostileText);
const at = fc.integer({ min: -100_000, max: 100_000 }).map(minute);
const link = fc.option(fc.record({ at, recordedBy: user, source: hostileText }));

export const anyPoint: fc.Arbitrary<PointState> = fc
  .record({
    pointId: hostileText,
    agentId: hostileText,
    instance: hostileText,
    level: fc.constantFrom('expected', 'received', 'enforced', 'quiesced', 'lease-expired', 'left', 'marked'),
    markedBy: fc.option(user),
    settledAt: fc.option(at),
    inflight: fc.record({
      aborted: fc.array(fc.string(), { maxLength: 3 }),
      uncancellable: fc.array(fc.string(), { maxLength: 3 }),
      completedAfter: fc.array(fc.string(), { maxLength: 3 }),
    }),
  })
  .map((change) => aPoint({ ...change, reached: { [change.level]: minute(1) } }));

export const anyOrder: fc.Arbitrary<Order> = fc
  .record({
    scope: fc.oneof(
      fc.constant({ kind: 'all' as const }),
      fc.record({ kind: fc.constant('agent' as const), agentId: hostileText }),
      fc.record({ kind: fc.constant('tool' as const), tool: hostileText, agentId: hostileText }),
    ),
    reason: hostileText,
    orderedBy: user,
    drill: fc.boolean(),
    recordedLate: fc.boolean(),
    points: fc.array(anyPoint, { maxLength: 80 }),
    uncovered: fc.array(hostileText, { maxLength: 60 }),
    contained: fc.option(
      fc.record({ at, seconds: fc.integer({ min: 0, max: 500 }), withinTarget: fc.boolean() }),
    ),
    missedAt: fc.option(at),
    liftRequest: fc.option(
      fc.record({
        by: user,
        at,
        reason: hostileText,
        digest: fc.string(),
        seenEpoch: fc.nat(),
        expiresAt: at,
      }),
    ),
    lifted: fc.option(fc.record({ by: user, requestedBy: user, at })),
  })
  .map(anOrder);

export const anyChecklist: fc.Arbitrary<Checklist> = fc
  .record({
    operator: hostileText,
    budgetsFrom: fc.option(at),
    steps: fc.uniqueArray(
      fc.record({
        stepId: fc.constantFrom('snapshot', 'restore', 'compensate'),
        substitute: fc.boolean(),
        startedBy: fc.option(user),
        startedAt: fc.option(at),
        doneBy: fc.option(user),
        doneAt: fc.option(at),
        evidence: fc.option(hostileText),
      }),
      { selector: ({ stepId, substitute }) => `${stepId} ${substitute}`, maxLength: 6 },
    ),
    substituted: fc.option(fc.record({ by: user, at, why: hostileText })),
    verified: fc.option(fc.record({ by: user, at, evidence: hostileText })),
  })
  .map(aChecklist);

export const anyProfile: fc.Arbitrary<ActionClass> = fc
  .record({
    title: hostileText,
    steps: fc.array(fc.record({ id: fc.string(), instruction: hostileText, evidence: hostileText }), {
      maxLength: 70,
    }),
    budgets: fc.array(
      fc.record({ id: fc.string(), covers: hostileText, minutes: fc.integer({ min: 1, max: 9_999 }) }),
      {
        maxLength: 5,
      },
    ),
  })
  .map(aProfile);

export const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    name: fc.constantFrom('INC-7', 'DRILL-2'),
    title: hostileText,
    summary: hostileText,
    agentId: fc.option(hostileText),
    agentLabel: fc.option(hostileText),
    status: fc.constantFrom('open', 'acknowledged', 'contained', 'recovered', 'closed'),
    declared: fc.option(fc.record({ surfaced: fc.constant('complaint' as const), surfacedAt: at })),
    chain: fc.record({ action: link, signal: link, trigger: link, page: link, acknowledgement: link }),
    alerts: fc.array(
      fc.record({
        source: hostileText,
        dedupKey: hostileText,
        title: hostileText,
        summary: hostileText,
        startsAt: at,
        link: fc.option(fc.oneof(hostileText, fc.webUrl({ withQueryParameters: true, withFragments: true }))),
        tool: fc.option(hostileText),
        actionClass: fc.option(hostileText),
        actionIds: fc.array(hostileText, { maxLength: 2 }),
        resolvedAt: fc.option(at),
      }),
      { maxLength: 3 },
    ),
    roles: fc.dictionary(fc.constantFrom('incident-commander', 'scribe'), user),
    harmConfirmedAt: fc.option(at),
    checklists: fc.array(anyChecklist, { maxLength: 4 }),
    degraded: fc.array(
      fc.record({
        part: hostileText,
        error: hostileText,
        consequence: fc.constant('Use `/incident status`.'),
      }),
      {
        maxLength: 15,
      },
    ),
    postMortem: fc.option(fc.record({ digest: fc.string(), permalink: fc.option(fc.webUrl()) })),
  })
  .map((change) => anIncident({ ...change, kind: change.name.startsWith('DRILL') ? 'drill' : 'incident' }));
