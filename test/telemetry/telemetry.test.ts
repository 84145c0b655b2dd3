import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aChat, aToolCall, traceBody, traceRequest } from '../support/otlp-requests.js';
import { collectFindings, openTelemetry, telemetryPath, valueOf } from '../support/telemetry.js';

const SPEND = 'agent_spend_usd_total{tenant="default",agent="billing-agent"}';

describe('telemetry', () => {
  it('keeps what it has answered for, and reads it back in order of time', async () => {
    const telemetry = await openTelemetry();
    const now = Date.now();
    const spans = [
      aToolCall({ endMs: now - 1000 }),
      aChat({ endMs: now - 3000 }),
      aChat({ endMs: now - 2000 }),
    ];

    const taken = await telemetry.takeOtlp(traceRequest(spans));

    expect(taken).toEqual({ kind: 'stored', accepted: 3, rejected: 0, message: null });
    const records = await telemetry.readAll();
    expect(records.map(({ kind, spanId }) => [kind, spanId])).toEqual([
      ['inference', spans[1]?.spanId],
      ['inference', spans[2]?.spanId],
      ['tool', spans[0]?.spanId],
    ]);
    expect(records[0]?.cost?.usd).toBe(0.01);
  });

  it('counts a span once, however often it is sent', async () => {
    const telemetry = await openTelemetry();
    const spans = [aChat({ usd: 0.5 }), aChat({ usd: 0.25 })];

    await telemetry.takeOtlp(traceRequest(spans));
    await telemetry.takeOtlp(traceRequest([...spans, ...spans]));

    expect(await telemetry.readAll()).toHaveLength(2);
    expect(valueOf(await telemetry.metrics(), SPEND)).toBe(0.75);
  });

  it('stores together what waits together', async () => {
    const telemetry = await openTelemetry();

    await Promise.all(Array.from({ length: 50 }, () => telemetry.takeOtlp(traceRequest([aChat()]))));

    const metrics = await telemetry.metrics();
    expect(valueOf(metrics, 'haltline_telemetry_records_total{outcome="stored"}')).toBe(50);
    expect(valueOf(metrics, 'haltline_telemetry_transactions_total')).toBeLessThan(50);
  });

  it('reads thousands of records page by page, of all agents or of one', async () => {
    const telemetry = await openTelemetry();
    const now = Date.now();
    const spans = Array.from({ length: 2_500 }, (_, index) =>
      aChat({ agent: index % 2 === 0 ? 'billing-agent' : 'support-agent', endMs: now - (index % 50) * 1000 }),
    );
    await telemetry.takeOtlp(traceRequest(spans));

    const all = await telemetry.readAll();
    const ofOne = await telemetry.readAll({ agentId: 'support-agent', fromMs: now - 10_000 });

    expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(2_500);
    expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(ofOne).toHaveLength(250);
    expect(new Set(ofOne.map(({ agentId }) => agentId))).toEqual(new Set(['support-agent']));
  });

  it('says what is no telemetry, and what is too much, and goes on', async () => {
    const telemetry = await openTelemetry({ limits: { bodyBytes: 100_000 } });
    const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
    const rubbish = new TextEncoder().encode('{"resourceSpans": 7');

    const answers = await Promise.all([
      telemetry.takeOtlp({ ...traceRequest([]), body: bomb, isCompressed: true }),
      telemetry.takeOtlp({ ...traceRequest([]), body: rubbish }),
      telemetry.takeOtlp({ ...traceRequest([]), body: rubbish, isCompressed: true }),
      telemetry.takeOtlp({ ...traceRequest([]), body: gzipSync(traceBody([aChat()])), isCompressed: true }),
    ]);

    expect(answers.map(({ kind }) => kind)).toEqual(['tooLarge', 'invalid', 'invalid', 'stored']);
  });

  it('tells senders to come back when too much waits', async () => {
    const telemetry = await openTelemetry({ limits: { queueBytes: 50_000 } });

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        telemetry.takeOtlp(traceRequest(Array.from({ length: 50 }, () => aChat()))),
      ),
    );

    const stored = answers.filter(({ kind }) => kind === 'stored');
    expect(answers).toContainEqual({ kind: 'busy', retryAfterSeconds: expect.any(Number) as number });
    expect(stored.length).toBeGreaterThan(0);
    expect(await telemetry.readAll()).toHaveLength(stored.length * 50);
  });

  it('says in one sentence what a runaway agent costs', async () => {
    const telemetry = await openTelemetry();
    const { take } = collectFindings(telemetry);

    await telemetry.takeOtlp(traceRequest([aChat({ usd: 41.2 })]));

    const finding = await take(({ rule }) => rule === 'cost-cap');
    expect(finding.sentence).toContain('billing-agent: $41.20 in the hour');
    expect(finding.signalAtMs).not.toBeNull();
  });

  it('hands a finding over until somebody has raised it, also after a restart', async () => {
    const first = await openTelemetry();
    const refusing = collectFindings(first, () => true);
    await first.takeOtlp(traceRequest([aChat({ usd: 50 })]));
    await refusing.take(({ rule }) => rule === 'cost-cap');
    await first.close();

    const second = await openTelemetry({ databasePath: first.path });
    const raising = collectFindings(second);
    await raising.take(({ rule }) => rule === 'cost-cap');
    await second.close();

    const third = await openTelemetry({ databasePath: first.path });
    const { findings } = collectFindings(third);
    await third.takeOtlp(traceRequest([aChat({ usd: 50 })]));
    expect(findings.filter(({ rule }) => rule === 'cost-cap')).toEqual([]);
    expect(await third.findings({ limit: 10 })).toHaveLength(1);
  });

  it('tries a finding again that could not be raised', async () => {
    const telemetry = await openTelemetry();
    let times = 0;
    const { take } = collectFindings(telemetry, () => (times += 1) === 1);

    await telemetry.takeOtlp(traceRequest([aChat({ usd: 50 })]));
    await take(() => times === 2);

    expect(times).toBe(2);
  });

  it('goes on counting where it stopped', async () => {
    const first = await openTelemetry();
    await first.takeOtlp(traceRequest([aChat({ usd: 1.5 }), aToolCall()]));
    await first.close();

    const second = await openTelemetry({ databasePath: first.path });
    await second.takeOtlp(traceRequest([aChat({ usd: 0.5 })]));

    const metrics = await second.metrics();
    expect(valueOf(metrics, SPEND)).toBe(2);
    const refunds = 'agent_tool_calls_total{tenant="default",agent="billing-agent",tool="stripe.refund"}';
    expect(valueOf(metrics, refunds)).toBe(1);
  });

  it('says until when what an agent does is new to us, from its first act on and for a day', async () => {
    const telemetry = await openTelemetry();
    const series = 'haltline_agent_learning_until_timestamp_seconds{tenant="default",agent="billing-agent"}';
    expect(valueOf(await telemetry.metrics(), series)).toBeUndefined();
    const firstAct = Date.now();

    await telemetry.takeOtlp(traceRequest([aToolCall({ endMs: firstAct })]));

    const untilMs = 1000 * (valueOf(await telemetry.metrics(), series) ?? 0);
    expect(Math.abs(untilMs - firstAct - 86_400_000)).toBeLessThan(120_000);
    await telemetry.takeOtlp(traceRequest([aToolCall({ endMs: firstAct - 25 * 3_600_000 })]));
    expect(valueOf(await telemetry.metrics(), series)).toBeUndefined();
  });

  it('says what has to be mended when it cannot open its database', async () => {
    await expect(openTelemetry({ databasePath: '/nowhere/telemetry.db' })).rejects.toThrow(
      'Check that its folder exists',
    );
  });

  it('refuses a file that another one is using, says what to do, and takes it over once that has ended', async () => {
    const first = await openTelemetry();
    await first.takeOtlp(traceRequest([aChat()]));

    await expect(openTelemetry({ databasePath: first.path })).rejects.toThrow(
      `Another Haltline process is using the telemetry database ${first.path}. Stop that process`,
    );
    expect(await first.takeOtlp(traceRequest([aChat()]))).toMatchObject({ kind: 'stored' });
    await first.close();
    expect(await (await openTelemetry({ databasePath: first.path })).readAll()).toHaveLength(2);
  });

  it('begins again by itself when the thread that reads has failed, and tells senders to repeat', async () => {
    const telemetry = await openTelemetry();
    await telemetry.takeOtlp(traceRequest([aChat()]));

    const [broken] = await Promise.all([telemetry.takeRecords([null as never]), telemetry.takeRecords([])]);

    expect(broken).toMatchObject({ kind: 'busy' });
    expect(telemetry.logged.map(({ message }) => message)).toContain('the telemetry worker failed');
    await expect.poll(() => telemetry.isUp(), { timeout: 10_000 }).toBe(true);
    expect(await telemetry.takeOtlp(traceRequest([aChat()]))).toMatchObject({ kind: 'stored' });
    expect(await telemetry.readAll()).toHaveLength(2);
  });

  it('finishes what it has taken before it closes', async () => {
    const path = telemetryPath();
    const first = await openTelemetry({ databasePath: path });
    const taken = Array.from({ length: 20 }, () => first.takeOtlp(traceRequest([aChat()])));
    await first.close();

    expect(new Set((await Promise.all(taken)).map(({ kind }) => kind))).toEqual(new Set(['stored']));
    expect(await (await openTelemetry({ databasePath: path })).readAll()).toHaveLength(20);
  });
});
