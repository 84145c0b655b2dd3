import { describe, expect, it } from 'vitest';
import { START_MS, TRACE, aSpanId } from '../../support/otlp.js';
import { ACTION, aContentKey, aRefund, openTelemetryDesk } from '../../support/telemetry-desk.js';

const AT = (ms: number): string => new Date(START_MS + ms).toISOString();

describe('the trace around an action', () => {
  it('tells in order what the agent was told, thought, called with which arguments, got back and said', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await desk.sends(aRefund());

    const trace = await desk.trace(ACTION);

    expect(trace?.parts.map(({ part, text, at, spanId }) => [part, text, at, spanId])).toEqual([
      ['instructions', 'You refund orders.', AT(10), aSpanId(2)],
      ['prompt', 'Refund order 881.', AT(10), aSpanId(2)],
      ['reasoning', 'The order was paid twice.', AT(200), aSpanId(2)],
      ['tool-call', '{"name":"stripe.refund","arguments":{"amount":41}}', AT(200), aSpanId(2)],
      ['tool-call', '{"amount":41}', AT(210), aSpanId(3)],
      ['tool-result', '{"refunded":41}', AT(400), aSpanId(3)],
      ['output', 'Refunded 41.', AT(600), aSpanId(4)],
    ]);
    expect(trace?.parts.at(-1)).toMatchObject({ isFinal: true, relation: 'around' });
    expect(trace?.decision).toEqual({ traceId: TRACE, spanId: aSpanId(2), toolCallId: 'call_1' });
    expect(trace?.ancestors.map(({ spanId }) => spanId)).toEqual([aSpanId(1)]);
    expect(trace).toMatchObject({
      agentId: 'billing-agent',
      tool: 'stripe.refund',
      traceId: TRACE,
      spanId: aSpanId(3),
    });
    expect(trace?.unknown).toEqual([{ what: 'check', why: 'No guard reported that it was asked.' }]);
  });

  it('is the same when everything is sent twice', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await desk.sends(aRefund());
    const once = await desk.trace(ACTION);
    await desk.sends(aRefund());

    expect(await desk.trace(ACTION)).toEqual(once);
  });

  it('finds the reasoning in an earlier trace of the conversation, where the call runs in a trace of its own', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const [chat, tool, , agent] = aRefund();
    if (chat === undefined || tool === undefined || agent === undefined) throw new Error('no refund');
    const conversation = { 'gen_ai.conversation.id': 'conversation-7' };
    const other = 'aa'.repeat(16);
    await desk.sends([{ ...chat, attributes: { ...chat.attributes, ...conversation } }, agent]);
    await desk.sends([
      { ...tool, traceId: other, parent: 9, attributes: { ...tool.attributes, ...conversation } },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace?.decision).toEqual({ traceId: TRACE, spanId: aSpanId(2), toolCallId: 'call_1' });
    expect(trace?.parts.find(({ part }) => part === 'reasoning')).toMatchObject({
      text: 'The order was paid twice.',
      relation: 'decision',
    });
    expect(trace?.conversation?.spans.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([
      [TRACE, aSpanId(1)],
      [TRACE, aSpanId(2)],
      [other, aSpanId(3)],
    ]);
    expect(trace?.unknown.map(({ what }) => what)).toContain('ancestors');
  });

  it('ties nothing together by time: a call without an id has no decision, and that is said', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const [chat, tool, ...rest] = aRefund();
    const { 'gen_ai.tool.call.id': _id, ...attributes } = tool?.attributes ?? {};
    await desk.sends([chat ?? {}, { ...tool, attributes }, ...rest]);

    const trace = await desk.trace(ACTION);

    expect(trace?.decision).toBeNull();
    expect(trace?.unknown).toContainEqual({
      what: 'decision',
      why: expect.stringContaining('tells no id of a tool call') as string,
    });
  });

  it('knows of an action that only its guard told, and says what is not known', async () => {
    const desk = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    await desk.reports([
      {
        kind: 'check',
        actionId: ACTION,
        agentId: 'billing-agent',
        at: AT(0),
        tool: 'stripe.refund',
        actionClass: 'external-api-call',
        verdict: 'deny',
      },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({
      outcome: 'denied',
      check: { at: AT(0), verdict: 'deny' },
      spanId: null,
      parts: [],
    });
    expect(trace?.unknown.map(({ what }) => what)).toEqual([
      'span',
      'prompt',
      'reasoning',
      'tool-call',
      'tool-result',
      'output',
    ]);
  });

  it('says that a check may be among the reports that the guard had to drop', async () => {
    const desk = await openTelemetryDesk();
    await desk.sends(aRefund());
    await desk.reports([{ kind: 'gap', agentId: 'billing-agent', from: AT(-500), to: AT(900), lost: 12 }]);

    const trace = await desk.trace(ACTION);

    expect(trace?.unknown).toContainEqual({
      what: 'check',
      why: 'Its guard lost 12 reports around this time: this may be one of them.',
    });
  });
});
