/** What a guard reports to telemetry: everything it is asked, and never at the cost of an action. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ActionReports } from '../../src/core/action-report.js';
import { attributesOf, guardFromParent } from '../../src/guard/index.js';
import { ReportLane } from '../../src/guard/report-lane.js';
import { createHttpClient } from '../../src/guard/http-client.js';
import { listening } from '../support/listening.js';
import { eventually, openHaltDesk } from '../support/halting.js';
import { heard, order } from '../support/quarantine.js';
import { openTelemetryDesk } from '../support/telemetry-desk.js';

const REFUND = { tool: 'stripe.refund', actionClass: 'external-api-call' };
const NONE = 'Error: what was to be reported is none: it was left out';
const SPAN = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };

/** A control plane that only takes reports, and answers them with these statuses before 200. */
async function aTaker(...statuses: number[]) {
  const bodies: unknown[] = [];
  const url = await listening((request, response) => {
    void textOf(request).then((text) => {
      const status = statuses.shift() ?? 200;
      if (status === 200) bodies.push(...ActionReports.parse(JSON.parse(text)));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const trouble: unknown[] = [];
  const client = createHttpClient(url, 'token');
  const lane = new ReportLane({
    agentId: 'billing-agent',
    client,
    onTrouble: (error) => trouble.push(error),
  });
  return { bodies, trouble, lane };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function aCheck(number: number) {
  const at = new Date(number).toISOString();
  return {
    kind: 'check',
    actionId: `act-${number}`,
    agentId: 'billing-agent',
    at,
    tool: 'a',
    verdict: 'allow',
  };
}

describe('reports', () => {
  it('tell every attempt, what was said to it and the span that it was made in', async () => {
    const { telemetry, trace } = await openTelemetryDesk();
    const desk = await openHaltDesk({ telemetry });
    const attributes: object[] = [];
    const span = { spanContext: () => SPAN, setAttributes: (given: object) => attributes.push(given) };
    const guard = desk.guard({ activeSpan: () => span });
    await guard.ready();

    const allowed = await guard.run(REFUND, ({ actionId }) => actionId);
    await desk.order({ kind: 'tool', tool: 'stripe.refund' });
    await eventually(
      () => guard.halts.length,
      (count) => count === 1,
    );
    await expect(guard.run({ ...REFUND, actionId: 'act-denied' }, () => 1)).rejects.toThrow();
    await guard.close();

    expect(await trace(allowed)).toMatchObject({
      ...REFUND,
      check: { verdict: 'allow' },
      traceId: SPAN.traceId,
      spanId: null,
    });
    expect(await trace('act-denied')).toMatchObject({ check: { verdict: 'deny' }, outcome: 'denied' });
    expect(attributes[0]).toEqual(attributesOf({ actionId: allowed, ...REFUND }));
  });

  it('tell artifacts and how they were reviewed', async () => {
    const { telemetry, trace } = await openTelemetryDesk();
    const desk = await openHaltDesk({ telemetry });
    const guard = desk.guard();
    await guard.ready();
    const presentedAt = new Date('2026-11-20T03:00:00Z');

    guard.artifact({
      actionId: 'act-1',
      visibility: 'customer',
      tool: 'email.send',
      review: { executedDigest: 'b' },
    });
    guard.reviewed({ actionId: 'act-2', presentedAt, reviewer: 'U0SRE1', approvedDigest: 'a' });
    await guard.close();

    expect((await trace('act-1'))?.reports).toMatchObject([
      {
        kind: 'artifact',
        customerVisible: true,
        review: { required: true, executedDigest: 'b', decidedAtMs: null },
      },
    ]);
    expect((await trace('act-2'))?.reports).toMatchObject([
      { kind: 'review', review: { presentedAtMs: presentedAt.getTime(), reviewer: 'U0SRE1' } },
    ]);
  });

  it('never delay or fail an action, although nobody takes them and the tracing is broken', async () => {
    const desk = await openHaltDesk({ timing: { leaseMs: 10_000 } });
    const trouble: unknown[] = [];
    const activeSpan = () => {
      throw new Error('no tracing today');
    };
    const guard = desk.guard({ activeSpan, onTrouble: (error) => trouble.push(error) });
    await guard.ready();

    for (let count = 0; count < 2_000; count += 1) await guard.run(REFUND, () => count);

    expect(trouble).toEqual([]);
  });

  it('are told by the parent for what acts under it, also where an order holds it', async () => {
    const { telemetry, trace } = await openTelemetryDesk();
    const desk = await openHaltDesk({ telemetry });
    const guard = desk.guard();
    const { port1, port2 } = new MessageChannel();
    onTestFinished(() => port1.close());
    const child = guardFromParent({ agentId: 'billing-agent', carrier: port1 });
    guard.serveTo(port2);
    await child.ready();

    const allowed = await child.run(REFUND, ({ actionId }) => actionId);
    child.artifact({ actionId: allowed, visibility: 'customer' });
    child.reviewed({ actionId: allowed, reviewer: 'U0SRE1' });
    const { haltId } = await order(desk.deps, 'hold', { kind: 'tool', tool: 'stripe.refund' });
    await heard(child, haltId);
    const patience = new AbortController();
    const { signal } = patience;
    const held = child.run({ ...REFUND, actionId: 'act-held', parameters: {}, signal }, () => 1);
    await eventually(
      () => desk.deps.store.heldAttempt('Q-1'),
      (item) => item !== undefined,
    );
    patience.abort(new Error('the customer hung up'));
    await expect(held).rejects.toThrow('hung up');

    const read = await eventually(
      () => trace(allowed),
      (seen) => seen?.reports.length === 2,
    );
    expect(read).toMatchObject({ ...REFUND, check: { verdict: 'allow' } });
    expect(read?.reports.map(({ kind }) => kind).toSorted()).toEqual(['artifact', 'review']);
    await child.close();
    await guard.close();
    await eventually(
      () => trace('act-held'),
      (seen) => seen !== undefined,
    );
    const { material } = await telemetry.trace('act-held');
    expect(material.about).toMatchObject([{ origin: 'check', outcome: 'held' }]);
  });

  it('lose only the one that is none, and the agent is told of it', async () => {
    const { telemetry, trace } = await openTelemetryDesk();
    const desk = await openHaltDesk({ telemetry });
    const trouble: unknown[] = [];
    const guard = desk.guard({ onTrouble: (error) => trouble.push(error) });
    await guard.ready();
    const written: unknown = JSON.parse('{"presentedAt":"2026-11-20T03:00:00Z"}');

    guard.reviewed({ actionId: 'act-1', ...(written as { presentedAt: Date }) });
    guard.artifact({ actionId: 'x'.repeat(201), visibility: 'customer' });
    guard.artifact({ actionId: 'act-2', visibility: 'customer' });
    await guard.close();

    expect(trouble.map(String)).toEqual([NONE, NONE]);
    expect(await trace('act-1')).toBeUndefined();
    expect((await trace('act-2'))?.reports).toMatchObject([{ kind: 'artifact' }]);
  });

  it('leave out calls of models: they are no acts', async () => {
    const { telemetry, trace } = await openTelemetryDesk();
    const desk = await openHaltDesk({ telemetry });
    const guard = desk.guard();
    await guard.ready();

    const call = { tool: 'gpt-5', actionClass: 'model-call', readOnly: true };
    const actionId = await guard.run(call, (context) => context.actionId);
    await guard.close();

    expect(await trace(actionId)).toBeUndefined();
  });

  it('wait while they cannot be taken, and none is lost or told twice', async () => {
    const { lane, bodies, trouble } = await aTaker(503, 429, 200);
    for (let number = 1; number <= 2_500; number += 1) lane.add(() => aCheck(number), number);

    await eventually(
      () => bodies.length,
      (count) => count >= 2_500,
      15_000,
    );
    await sleep(300);

    expect(bodies.map((body) => (body as { actionId: string }).actionId)).toEqual(
      Array.from({ length: 2_500 }, (_, index) => `act-${index + 1}`),
    );
    expect(trouble).toEqual([]);
  });

  it('drop the oldest where there are too many, and say how many and when', async () => {
    const { lane, bodies, trouble } = await aTaker();
    for (let number = 1; number <= 12_500; number += 1) lane.add(() => aCheck(number), number);

    await eventually(
      () => bodies.length,
      (count) => count >= 10_001,
      15_000,
    );

    expect(bodies[0]).toEqual({
      kind: 'gap',
      agentId: 'billing-agent',
      from: new Date(1).toISOString(),
      to: new Date(2_500).toISOString(),
      lost: 2_500,
    });
    expect(bodies[1]).toMatchObject({ actionId: 'act-2501' });
    expect(trouble).toHaveLength(1);
  });

  it('are given up where they are refused for good, and counted as lost', async () => {
    const { lane, bodies, trouble } = await aTaker(400);
    lane.add(() => aCheck(1), 1);
    await lane.flush(2_000);
    lane.add(() => aCheck(2), 2);
    await lane.flush(2_000);

    expect(bodies).toMatchObject([{ kind: 'gap', lost: 1 }, { actionId: 'act-2' }]);
    expect(trouble).toHaveLength(1);
  });
});
