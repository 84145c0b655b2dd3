/** How things stand, as every door shows it: builders that show only what matters. */
import type { AgentLine, HaltLine, IncidentLine, PointLine, Status } from '../../src/core/status.js';
import { OPENED_AT } from './history.js';
import { NOW } from './slack-states.js';

export function aHaltLine(change: Partial<HaltLine> = {}): HaltLine {
  return {
    haltId: 'H-1',
    scope: { kind: 'all' },
    mode: 'deny',
    orderedBy: 'U0SRE1',
    at: OPENED_AT,
    incident: null,
    expected: 4,
    received: 4,
    enforced: 4,
    quiesced: 3,
    settled: 3,
    uncovered: [],
    containedSeconds: null,
    missed: false,
    liftRequestedBy: null,
    breakGlass: false,
    reviewedBy: null,
    reviewAt: null,
    reviewDue: false,
    ...change,
  };
}

export function aPointLine(change: Partial<PointLine> = {}): PointLine {
  return {
    pointId: 'p',
    agentId: 'billing-agent',
    instance: 'pod-1',
    kind: 'guard',
    connected: true,
    level: 'received',
    haltId: 'H-1',
    waitedSince: OPENED_AT,
    settled: false,
    leaseAgeMs: 900,
    notes: [],
    ...change,
  };
}

export function anAgentLine(change: Partial<AgentLine> = {}): AgentLine {
  return {
    agentId: 'billing-agent',
    registered: true,
    points: 4,
    connected: 4,
    expected: 4,
    settled: 3,
    later: 0,
    halted: true,
    whole: true,
    lesser: null,
    blind: false,
    worst: { level: 'received', kind: 'guard' },
    silentMs: 900,
    troubles: [],
    ...change,
  };
}

/** Nothing of ours is in its way. */
export function aBlindAgent(agentId: string): AgentLine {
  const nothing = { points: 0, connected: 0, expected: 0, settled: 0, worst: null, silentMs: null };
  return anAgentLine({ agentId, ...nothing, blind: true });
}

export function anIncidentLine(change: Partial<IncidentLine> = {}): IncidentLine {
  return {
    name: 'INC-7',
    kind: 'incident',
    title: 'Spend <!channel>',
    severity: 'sev1',
    status: 'open',
    isContainmentProven: false,
    agent: 'billing-agent',
    channelId: 'C0INC7',
    channelName: 'inc-7',
    openedAt: OPENED_AT,
    commander: null,
    acknowledgedAt: null,
    umbrella: null,
    members: [],
    ...change,
  };
}

export function aStatus(change: Partial<Status> = {}): Status {
  return {
    at: NOW,
    epoch: 3,
    incidents: [],
    halts: [aHaltLine()],
    rehearsals: [],
    agents: [anAgentLine()],
    points: [aPointLine()],
    pointsTotal: 4,
    unguarded: [],
    ...change,
  };
}
