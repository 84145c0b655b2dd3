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
import { aSpanId, START_MS, type SpanFields } from '../../support/otlp.js';
import { ACTION } from '../../support/telemetry-desk.js';

describe('what led to what', () => {
  it('is told in its order where the clock of a sub-agent’s host is a minute behind', async () => {
    const desk = await open();
    const late = 60_000;
    await desk.sends([
      at(2, [10, 200], aChat([user('Ask B.')], call('c1', 'ask_b'))),
      at(
        3,
        [210, 800],
        aTool('ask_b', { 'gen_ai.tool.call.id': 'c1', 'gen_ai.tool.call.result': 'B did it' }),
      ),
      at(4, [220 - late, 700 - late], anAgent('b-agent'), 3),
      at(5, [230 - late, 300 - late], aChat([user('B, refund.')], call('c9', 'refund')), 4),
      at(
        6,
        [310 - late, 400 - late],
        aTool('refund', {
          'gen_ai.tool.call.id': 'c9',
          'agent.action.id': ACTION,
          'gen_ai.tool.call.result': 'refunded',
        }),
        4,
      ),
      at(7, [810, 900], aChat([], text('All done.'))),
      { id: 1, endMs: START_MS + 1_000, attributes: anAgent('a-agent') },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace?.parts.map(({ text: said }) => said)).toEqual([
      'Ask B.',
      '{"name":"ask_b","arguments":{}}',
      'B, refund.',
      '{"name":"refund","arguments":{}}',
      'refunded',
      'B did it',
      'All done.',
    ]);
    expect(trace?.parts[2]?.at).toBe(new Date(START_MS + 230 - late).toISOString());
    expect(why(trace, 'clock')).toEqual([expect.stringContaining('a clock is 60.0 s behind at least')]);
  });

  it('is told in its order where a tool begins while the answer that asked for it still streams', async () => {
    const desk = await open();
    const { decides, refunds, answers, agent } = refund();
    await desk.sends([refunds, { ...decides, endMs: START_MS + 405 }, answers, agent]);

    const trace = await desk.trace(ACTION);

    expect(trace?.parts.map(({ part, relation }) => [part, relation])).toEqual([
      ['instructions', 'decision'],
      ['prompt', 'decision'],
      ['reasoning', 'decision'],
      ['tool-call', 'decision'],
      ['tool-call', 'action'],
      ['tool-result', 'action'],
      ['output', 'around'],
    ]);
  });

  it('was decided by the answer before it, where a provider gives the same id to each call', async () => {
    const desk = await open();
    const turn = (id: number, from: number, actionId: string): SpanFields[] => [
      at(id, [from, from + 50], aChat([user(`turn ${id}`)], call('call_0', 'refund'))),
      at(
        id + 1,
        [from + 60, from + 70],
        aTool('refund', {
          'gen_ai.tool.call.id': 'call_0',
          'gen_ai.tool.call.arguments': `{"turn":${id}}`,
          'agent.action.id': actionId,
        }),
      ),
    ];
    await desk.sends([
      ...turn(2, 10, OTHER_ACTION),
      ...turn(4, 110, ACTION),
      { id: 1, attributes: anAgent() },
    ]);

    expect((await desk.trace(ACTION))?.decision).toMatchObject({ spanId: aSpanId(4) });
    expect((await desk.trace(OTHER_ACTION))?.decision).toMatchObject({ spanId: aSpanId(2) });
  });

  it('is not decided by the call with which its agent was asked, and that one is its parent', async () => {
    const desk = await open();
    await desk.sends([
      at(2, [10, 200], aChat([user('Ask B.')], call('c1', 'ask_b'))),
      at(
        3,
        [210, 800],
        aTool('ask_b', {
          'gen_ai.tool.call.id': 'c1',
          'gen_ai.tool.call.arguments': '{}',
          'agent.action.id': OTHER_ACTION,
        }),
      ),
      at(4, [220, 700], anAgent('b-agent'), 3),
      at(6, [310, 400], aTool('refund', { 'agent.action.id': ACTION }), 4),
      { id: 1, attributes: anAgent('a-agent') },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({ agentId: 'b-agent', decision: null, parentActionId: OTHER_ACTION });
    expect(why(trace, 'decision')).toEqual([expect.stringContaining('tells no id of a tool call')]);
  });

  it('ends with the answer of its own run, where a batch has many runs in one trace', async () => {
    const desk = await open();
    const run = (number: number): SpanFields[] => {
      const [id, from] = [number * 10, number * 1_000];
      return [
        at(id + 2, [from, from + 50], aChat([user(`ticket ${number}`)], call(`c${number}`, 't')), id + 1),
        at(
          id + 3,
          [from + 60, from + 70],
          aTool('t', { 'gen_ai.tool.call.id': `c${number}`, 'agent.action.id': `act-${number}` }),
          id + 1,
        ),
        at(id + 4, [from + 80, from + 90], aChat([], text(`answer ${number}`)), id + 1),
        at(id + 1, [from, from + 100], anAgent()),
      ];
    };
    const root = {
      id: 1,
      endMs: START_MS + 9_000,
      attributes: { 'gen_ai.operation.name': 'invoke_workflow' },
    };
    await desk.sends([...run(1), ...run(2), ...run(3), root]);

    const trace = await desk.trace('act-2');

    expect(trace?.parts.filter(({ isFinal }) => isFinal).map(({ text: said }) => said)).toEqual(['answer 2']);
  });
});

describe('more than one answer holds', () => {
  it('leaves out neither the action nor who asked for it, nor the end, however long its agent has worked', async () => {
    const desk = await open();
    const history: object[] = [user('Go.')];
    const steps = 25;
    for (let step = 0; step < steps; step += 1) {
      const said = [text(`step ${step} ${'x'.repeat(250_000)}`), call(`c${step}`, 't')];
      const attributes = aTool('t', {
        'gen_ai.tool.call.id': `c${step}`,
        'gen_ai.tool.call.arguments': `{"step":${step}}`,
        ...(step === steps - 2 && { 'agent.action.id': ACTION }),
      });
      await desk.sends([
        at(100 + step, [step * 100, step * 100 + 40], aChat(history, ...said)),
        at(200 + step, [step * 100 + 50, step * 100 + 60], attributes),
      ]);
      history.splice(1, history.length, { role: 'assistant', parts: said });
    }
    await desk.sends([
      at(300, [5_000, 5_100], aChat([], text('The end.'))),
      { id: 1, endMs: START_MS + 6_000, attributes: anAgent() },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace?.decision).toMatchObject({ toolCallId: `c${steps - 2}` });
    expect(told(trace)).toContainEqual(['tool-call', `{"step":${steps - 2}}`, 'action']);
    expect(trace?.parts.filter(({ isFinal }) => isFinal).map(({ text: said }) => said)).toEqual(['The end.']);
    expect(why(trace, 'content')).toEqual([
      expect.stringMatching(/^\d+ pieces of what was said, those furthest/),
    ]);
  });

  it('cuts arguments of three megabytes, and says by how much', async () => {
    const desk = await open();
    const { decides, refunds, answers, agent } = refund();
    const attributes = { ...refunds.attributes, 'gen_ai.tool.call.arguments': 'y'.repeat(3_000_000) };
    await desk.sends([decides, { ...refunds, attributes }, answers, agent]);

    const own = (await desk.trace(ACTION))?.parts.find(
      ({ part, relation }) => part === 'tool-call' && relation === 'action',
    );

    expect([own?.text.length, own?.cutOff]).toEqual([2_097_152, 902_848]);
  });

  it('knows what is around an action among six thousand spans', async () => {
    const desk = await open();
    const { decides, refunds, answers, agent } = refund();
    const [last, around] = [0xff_ff_ff_f1, 0xff_ff_ff_f0];
    await desk.sends([decides, { ...refunds, id: last, parent: around }, answers, { ...agent, id: around }]);
    for (let from = 0; from < 6_000; from += 1_000)
      await desk.sends(
        Array.from({ length: 1_000 }, (_, index) => at(10 + from + index, [300, 301], aTool('t'))),
      );

    const trace = await desk.trace(ACTION);

    expect(trace?.ancestors.map(({ spanId }) => spanId)).toEqual([aSpanId(around)]);
    expect(why(trace, 'ancestors')).toEqual([]);
    expect(why(trace, 'content')).toEqual([expect.stringContaining('More spans are stored')]);
  });
});
