import { expect, it } from 'vitest';
import { openEngine } from '../support/engine.js';
import { aToolCall } from '../support/otlp-requests.js';
import { telemetryPath } from '../support/telemetry.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-13T00:00:00.000Z');

it('judges a call whose result customers see by the review that was reported of its action', () => {
  const desk = openEngine({ path: telemetryPath(), now: () => START });
  const instant = (ms: number): string => new Date(ms).toISOString();
  const review = {
    presentedAt: instant(START - 10 * MINUTE),
    decidedAt: instant(START - MINUTE),
    reviewer: 'U0REVIEWER1',
  };
  const report = { kind: 'review', agentId: 'support-agent', at: instant(START - MINUTE), review };
  const body = new TextEncoder().encode(JSON.stringify([{ ...report, actionId: 'letter-1' }]));
  const sent = (actionId: string) =>
    aToolCall({
      agent: 'support-agent',
      tool: 'email.send',
      endMs: START - 1000,
      attributes: { 'agent.action.id': actionId, 'agent.artifact.visibility': 'customer' },
    });

  desk.tell({
    kind: 'actions',
    id: 1,
    ask: { body, isCompressed: false, receivedAtMs: START, boundAgentId: null },
  });
  desk.take([sent('letter-1'), sent('letter-2')]);

  const bypassed = desk.findings().filter(({ rule }) => rule === 'review-bypassed');
  expect(bypassed.map(({ actionIds }) => actionIds)).toEqual([['letter-2']]);
  desk.die();
});
