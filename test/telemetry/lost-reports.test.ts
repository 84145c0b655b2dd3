import { expect, it } from 'vitest';
import { openEngine } from '../support/engine.js';
import { aToolCall } from '../support/otlp-requests.js';
import { telemetryPath } from '../support/telemetry.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-13T00:00:00.000Z');

it('takes no call for unchecked whose guard said that it could not report, and tells of every other', () => {
  let at = START;
  const desk = openEngine({ path: telemetryPath(), now: () => at });
  const tell = (reports: readonly object[]) =>
    desk.tell({
      kind: 'actions',
      id: 1,
      ask: {
        body: new TextEncoder().encode(JSON.stringify(reports)),
        isCompressed: false,
        receivedAtMs: at,
        boundAgentId: null,
      },
    });
  const call = (actionId: string) =>
    aToolCall({ endMs: at - 1000, attributes: { 'agent.action.id': actionId } });
  const instant = (ms: number): string => new Date(ms).toISOString();
  const agentId = 'billing-agent';
  const common = { agentId, tool: 'stripe.refund', verdict: 'allow' };
  tell([{ ...common, kind: 'check', actionId: 'before', at: instant(at) }]);
  at += 10 * MINUTE;

  desk.take([call('lost-1'), call('lost-2'), call('never-asked')]);
  tell([{ kind: 'gap', agentId, from: instant(at - 2000), to: instant(at), lost: 2 }]);
  for (let minute = 0; minute < 10; minute += 1) {
    at += MINUTE;
    desk.engine.advance(100);
  }

  const gaps = desk.findings().filter(({ rule }) => rule === 'enforcement-gap');
  expect(gaps.map(({ actionIds }) => actionIds)).toEqual([['never-asked']]);
  desk.die();
});
