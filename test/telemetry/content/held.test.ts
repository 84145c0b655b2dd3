/** What belongs to something that is kept is kept with it, however it was told. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { IncidentHold } from '../../../src/core/retention.js';
import { aSpanId, attributesOf, logsOf } from '../../support/otlp.js';
import {
  ACTION,
  aContentKey,
  aRefund,
  openTelemetryDesk,
  type TelemetryDesk,
} from '../../support/telemetry-desk.js';

const DAY = 86_400_000;
const NOW = Date.now();
const TRACE = 'b'.repeat(32);
const PLACE = { traceId: TRACE, spanId: aSpanId(3) };
const HOLD: IncidentHold = {
  incident: 'INC-1',
  agentId: 'support-agent',
  fromMs: NOW - DAY,
  toMs: NOW + DAY,
  dedupKeys: [],
};

const later = (days: number, holds: readonly IncidentHold[]) => ({ nowMs: NOW + days * DAY, holds });

/** The newest record of all stays in any case: this one is it. */
async function settled(desk: TelemetryDesk): Promise<TelemetryDesk> {
  await desk.reports([aCheck({ actionId: 'the-newest', agentId: 'nobody-else' })]);
  return desk;
}

async function open(): Promise<TelemetryDesk> {
  return openTelemetryDesk({ contentKeys: [aContentKey()] });
}

function aCheck(change: object = {}): object {
  return {
    kind: 'check',
    actionId: ACTION,
    agentId: 'support-agent',
    at: new Date(NOW).toISOString(),
    tool: 'stripe.refund',
    verdict: 'allow',
    ...change,
  };
}

/** What a model was asked, as a log record of an agent. */
async function says(desk: TelemetryDesk, agent: string): Promise<void> {
  const body = { kvlistValue: { values: attributesOf({ content: 'Refund order 881.' }) } };
  const log = { ...PLACE, timeUnixNano: `${NOW}000000`, eventName: 'gen_ai.user.message', body };
  const request = logsOf([log], { 'service.name': agent });
  await desk.telemetry.takeOtlp({
    signal: 'logs',
    format: 'json',
    isCompressed: false,
    body: new TextEncoder().encode(JSON.stringify(request)),
    receivedAtMs: NOW,
    boundAgentId: null,
  });
}

function refundBy(agent: string, atMs = NOW) {
  return aRefund({ traceId: TRACE, atMs }).map((span) => ({
    ...span,
    attributes: { ...span.attributes, 'gen_ai.agent.name': agent },
  }));
}

describe('what is held for an incident', () => {
  it('are the words of an agent that died before its spans were sent', async () => {
    const desk = await open();
    await desk.reports([aCheck(PLACE)]);
    await says(desk, 'a-process');
    await settled(desk);

    const report = await desk.telemetry.purge(later(100, [HOLD]));

    expect(report?.kept.incident).toEqual({ records: 1, traces: 1 });
    expect((await desk.trace(ACTION))?.parts.map(({ text }) => text)).toEqual(['Refund order 881.']);
  });

  it('are the words of its agent, where nothing but log records came of it', async () => {
    const desk = await open();
    await says(desk, 'support-agent');
    await settled(desk);

    expect((await desk.telemetry.purge(later(100, [HOLD])))?.kept.incident).toEqual({
      records: 0,
      traces: 1,
    });
  });

  it('are the checks of a sub-agent, whose guard was handed no trace, for acts in a trace that is held', async () => {
    const desk = await open();
    await desk.sends(refundBy('support-agent'), NOW);
    await desk.reports([aCheck({ agentId: 'refund-helper' })]);
    await settled(desk);

    expect((await desk.telemetry.purge(later(100, [HOLD])))?.kept.incident).toEqual({
      records: 5,
      traces: 1,
    });
    expect((await desk.trace(ACTION))?.check).toMatchObject({ verdict: 'allow' });
  });

  it('is the trace in which somebody else did what its agent’s guard had let pass', async () => {
    const desk = await open();
    await desk.reports([aCheck()]);
    await desk.sends(refundBy('refund-mcp'), NOW);
    await settled(desk);

    expect((await desk.telemetry.purge(later(100, [HOLD])))?.kept.incident).toEqual({
      records: 5,
      traces: 1,
    });
    expect((await desk.trace(ACTION))?.parts.map(({ part }) => part)).toContain('reasoning');
  });

  it('is what everybody did, where the alert called its agent by a name that nobody bears', async () => {
    const desk = await open();
    await desk.sends(refundBy('support-agent'), NOW);
    await settled(desk);
    const named = (agentId: string): IncidentHold => ({ ...HOLD, agentId, isLabel: true });

    const everybodys = await desk.telemetry.purge(later(100, [named('Support Agent (prod)')]));
    await desk.telemetry.purgeReported(everybodys?.id ?? 0);
    const its = await desk.telemetry.purge(later(101, [named('support-agent')]));
    await desk.telemetry.purgeReported(its?.id ?? 0);
    const another = await desk.telemetry.purge(later(102, [named('nobody-else')]));

    expect(everybodys?.kept.incident).toEqual({ records: 4, traces: 1 });
    expect(its?.kept.incident).toEqual({ records: 4, traces: 1 });
    expect(another?.deleted).toEqual({ records: 4, traces: 1 });
  });

  it('goes when nothing holds it any more, and leaves no name of an agent beside it', async () => {
    const desk = await open();
    await desk.reports([aCheck(PLACE)]);
    await says(desk, 'a-process');
    await settled(desk);
    const first = await desk.telemetry.purge(later(100, [HOLD]));
    await desk.telemetry.purgeReported(first?.id ?? 0);

    const second = await desk.telemetry.purge(later(101, []));
    await desk.close();

    expect(second?.deleted).toEqual({ records: 1, traces: 1 });
    const file = new Database(desk.path, { readonly: true });
    expect(file.prepare('select count(*) from trace_teller').pluck().get()).toBe(0);
    file.close();
  });
});

describe('words without spans', () => {
  it('are kept for seven years where their agent moves money', async () => {
    const desk = await open();
    await says(desk, 'billing-agent');
    await settled(desk);

    expect((await desk.telemetry.purge(later(400, [])))?.kept.financial).toEqual({ records: 0, traces: 1 });
  });
});

describe('the end of keeping', () => {
  it('comes for what a wrong clock has dated into the next century', async () => {
    const desk = await open();
    await desk.sends(refundBy('support-agent', NOW + 36_500 * DAY), NOW);
    await settled(desk);

    const report = await desk.telemetry.purge(later(91, []));

    expect(report?.deleted).toEqual({ records: 4, traces: 1 });
    expect(report?.newestDeletedMs).toBeLessThan(NOW + DAY);
  });

  it('is told where words were purged before the record of the act', async () => {
    const desk = await open();
    await desk.sends(refundBy('support-agent'), NOW + 5 * DAY);
    await settled(desk);
    await desk.telemetry.purge(later(92, []));

    const trace = await desk.trace(ACTION);

    const day = new Date(NOW + 2 * DAY).toISOString().slice(0, 10);
    expect(trace?.unknown).toContainEqual({
      what: 'content',
      why: expect.stringContaining(
        `None is stored any more: what is older than ${day} and not held was purged`,
      ) as string,
    });
  });
});

it('what an older version stored of checks in a trace holds that trace', async () => {
  const desk = await open();
  await desk.reports([aCheck(PLACE)]);
  await desk.close();
  const file = new Database(desk.path);
  file.exec("drop table trace_teller; delete from migration where name = '0006-trace-tellers'");
  file.close();

  const again = await openTelemetryDesk({ path: desk.path });
  await again.close();

  const after = new Database(desk.path, { readonly: true });
  const tellers = after.prepare('select lower(hex(trace)), from_ms, to_ms from trace_teller').raw().all();
  expect(tellers).toEqual([[TRACE, NOW, NOW]]);
  after.close();
});
