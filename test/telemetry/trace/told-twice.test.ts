import { describe, expect, it } from 'vitest';
import {
  aChat,
  anAgent,
  at,
  aTool,
  call,
  open,
  OTHER_ACTION,
  refund,
  text,
  told,
  user,
  why,
} from '../../support/agent-spans.js';
import { aSpan, aSpanId, START_MS, TRACE, tracesOf } from '../../support/otlp.js';
import { ACTION, aRefund, type TelemetryDesk } from '../../support/telemetry-desk.js';

const OTHER_TRACE = 'cc'.repeat(16);

function aCheck(change: object = {}): object {
  return {
    kind: 'check',
    actionId: ACTION,
    agentId: 'billing-agent',
    at: new Date(START_MS + 205).toISOString(),
    tool: 'stripe.refund',
    actionClass: 'external-api-call',
    verdict: 'allow',
    ...change,
  };
}

/** A span in a trace of its own, as a server sends it that nobody handed a trace. */
function elsewhere(desk: TelemetryDesk, service: string, boundAgentId: string | null) {
  const attributes = aTool('stripe.refund', {
    'mcp.method.name': 'tools/call',
    'agent.action.id': ACTION,
    'gen_ai.tool.call.arguments': '{"amount":4100}',
  });
  const { parent: _none, ...span } = at(9, [250, 350], attributes);
  const body = tracesOf([aSpan({ ...span, kind: 2, traceId: OTHER_TRACE })], { 'service.name': service });
  return desk.telemetry.takeOtlp({
    signal: 'traces',
    format: 'json',
    isCompressed: false,
    body: new TextEncoder().encode(JSON.stringify(body)),
    receivedAtMs: START_MS + 6_000,
    boundAgentId,
  });
}

describe('what was done twice', () => {
  it('is told twice: two refunds of the same amount, whose calls have no ids', async () => {
    const desk = await open();
    const same = { 'gen_ai.tool.call.arguments': '{"amount":41}', 'gen_ai.tool.call.result': 'ok' };
    await desk.sends([
      at(3, [210, 300], aTool('stripe.refund', { ...same, 'agent.action.id': OTHER_ACTION })),
      at(4, [310, 400], aTool('stripe.refund', { ...same, 'agent.action.id': ACTION })),
      { id: 1, attributes: anAgent() },
    ]);

    expect(told(await desk.trace(ACTION))).toEqual([
      ['tool-call', '{"amount":41}', 'around'],
      ['tool-result', 'ok', 'around'],
      ['tool-call', '{"amount":41}', 'action'],
      ['tool-result', 'ok', 'action'],
    ]);
  });

  it('has each its own result: a call that was tried again under its old id', async () => {
    const desk = await open();
    const { decides, refunds, answers, agent } = refund();
    const first = {
      ...refunds,
      id: 7,
      startMs: START_MS + 202,
      endMs: START_MS + 208,
      attributes: {
        ...refunds.attributes,
        'agent.action.id': OTHER_ACTION,
        'gen_ai.tool.call.result': 'timeout',
      },
    };
    await desk.sends([decides, first, refunds, answers, agent]);

    const parts = told(await desk.trace(ACTION));

    expect(parts?.filter(([part]) => part === 'tool-result')).toEqual([
      ['tool-result', 'timeout', 'around'],
      ['tool-result', '{"refunded":41}', 'action'],
    ]);
  });

  it('was said twice: the final answer is the last, although the first was the same', async () => {
    const desk = await open();
    const done = { role: 'assistant', parts: [text('Done.')] };
    await desk.sends([
      at(2, [10, 60], aChat([user('yes')], text('Done.'))),
      at(3, [210, 300], aTool('stripe.refund', { 'agent.action.id': ACTION })),
      at(4, [400, 450], aChat([user('yes'), done, user('yes')], text('Done.'))),
      at(5, [460, 500], { ...anAgent('helper'), 'gen_ai.output.messages': JSON.stringify([done]) }),
      {
        id: 1,
        endMs: START_MS + 600,
        attributes: { ...anAgent(), 'gen_ai.output.messages': JSON.stringify([done]) },
      },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace?.parts.map(({ part, text: said, spanId }) => [part, said, spanId])).toEqual([
      ['prompt', 'yes', aSpanId(2)],
      ['output', 'Done.', aSpanId(2)],
      ['prompt', 'yes', aSpanId(4)],
      ['output', 'Done.', aSpanId(4)],
      // Said by another agent, and not only around what said it.
      ['output', 'Done.', aSpanId(5)],
    ]);
    expect(trace?.parts.findIndex(({ isFinal }) => isFinal)).toBe(4);
  });

  it('was asked for twice by one answer: both results that only the history tells', async () => {
    const desk = await open();
    const asked = [call('c1', 'stripe.refund'), call('c2', 'stripe.refund')];
    const results = ['c1', 'c2'].map((id) => ({
      role: 'tool',
      parts: [{ type: 'tool_call_response', id, response: 'ok' }],
    }));
    const history = [user('Refund twice.'), { role: 'assistant', parts: asked }, ...results];
    await desk.sends([
      at(2, [10, 60], aChat([user('Refund twice.')], ...asked)),
      at(3, [70, 80], aTool('stripe.refund', { 'agent.action.id': ACTION, 'gen_ai.tool.call.id': 'c2' })),
      at(4, [400, 450], aChat(history, text('Done.'))),
      { id: 1, attributes: anAgent() },
    ]);

    const trace = await desk.trace(ACTION);

    expect(
      trace?.parts.filter(({ part }) => part === 'tool-call').map(({ toolCallId }) => toolCallId),
    ).toEqual(['c1', 'c2']);
    expect(
      trace?.parts.filter(({ part }) => part === 'tool-result').map(({ toolCallId }) => toolCallId),
    ).toEqual(['c1', 'c2']);
  });
});

describe('an id that several bear', () => {
  it('is the action of its agent, and what an MCP server did under it in a trace of its own stands beside it', async () => {
    const desk = await open();
    await desk.sends(aRefund());
    await desk.reports([aCheck()]);
    await elsewhere(desk, 'refund-mcp', null);

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({ agentId: 'billing-agent', traceId: TRACE, spanId: aSpanId(3) });
    expect(told(trace)).toEqual([
      ['instructions', 'You refund orders.', 'decision'],
      ['prompt', 'Refund order 881.', 'decision'],
      ['reasoning', 'The order was paid twice.', 'decision'],
      ['tool-call', '{"name":"stripe.refund","arguments":{"amount":41}}', 'decision'],
      ['tool-call', '{"amount":41}', 'action'],
      ['tool-call', '{"amount":4100}', 'around'],
      ['tool-result', '{"refunded":41}', 'action'],
      ['output', 'Refunded 41.', 'around'],
    ]);
    expect(trace?.spans.map(({ agentId, traceId }) => [agentId, traceId])).toContainEqual([
      'refund-mcp',
      OTHER_TRACE,
    ]);
    expect(why(trace, 'span')).toEqual([expect.stringContaining('Spans of refund-mcp bear this id too.')]);
  });

  it('is not another agent’s, however late that one uses it', async () => {
    const desk = await open();
    await desk.sends(aRefund());
    await desk.reports([aCheck()]);
    await elsewhere(desk, 'billing-agent', 'other-agent');

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({ agentId: 'billing-agent', traceId: TRACE, outcome: 'ok' });
    expect(trace?.parts.map(({ part }) => part)).toContain('reasoning');
  });

  it('is that of the outermost call where baggage carries it on to what is within', async () => {
    const desk = await open();
    const { decides, refunds, answers, agent } = refund();
    const id = { 'agent.action.id': ACTION };
    await desk.sends([
      decides,
      at(10, [245, 250], aTool('lookup', { ...id, 'gen_ai.tool.call.arguments': 'inner' }), 9),
      at(9, [240, 390], { ...aChat([user('judge this')], text('fine')), ...id }, 3),
      refunds,
      answers,
      agent,
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({ tool: 'stripe.refund', spanId: aSpanId(3), parentActionId: null });
    expect(told(trace)).toContainEqual(['tool-call', 'inner', 'action']);
  });

  it('was asked about twice: the guard of the agent let it pass, that of the server did not', async () => {
    const desk = await open();
    const later = new Date(START_MS + 240).toISOString();
    await desk.reports([aCheck(), aCheck({ agentId: 'refund-mcp', at: later, verdict: 'deny' })]);

    expect(await desk.trace(ACTION)).toMatchObject({
      agentId: 'billing-agent',
      outcome: 'denied',
      check: { verdict: 'allow' },
      otherChecks: [{ agentId: 'refund-mcp', at: later, verdict: 'deny' }],
    });
  });

  it('is on no span, but its guard was asked within the span of the call', async () => {
    const desk = await open();
    const { decides, refunds, answers, agent } = refund();
    const { 'agent.action.id': _id, ...attributes } = refunds.attributes ?? {};
    await desk.sends([decides, { ...refunds, attributes }, answers, agent]);
    await desk.reports([aCheck({ traceId: TRACE, spanId: aSpanId(3) })]);

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({ spanId: aSpanId(3), outcome: 'ok', unknown: [] });
    expect(told(trace)).toContainEqual(['tool-result', '{"refunded":41}', 'action']);
  });

  it('is one id, in capitals or not', async () => {
    const desk = await open();
    await desk.sends(aRefund({ actionId: ACTION.toUpperCase() }));
    await desk.reports([aCheck({ actionId: ACTION.toUpperCase() })]);

    expect(await desk.trace(ACTION)).toMatchObject({ spanId: aSpanId(3), check: { verdict: 'allow' } });
  });
});
