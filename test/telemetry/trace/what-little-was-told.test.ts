import { describe, expect, it } from 'vitest';
import { anAgent, at, aChat, aTool, call, open, text, told, user, why } from '../../support/agent-spans.js';
import { aSpanId, attributesOf, START_MS, type SpanFields } from '../../support/otlp.js';
import { ACTION } from '../../support/telemetry-desk.js';

describe('what little was told', () => {
  it('ties a call to the answer that asked for it, though nobody tells what it was given and gave back', async () => {
    const desk = await open();
    const failed = aTool('refund', {
      'gen_ai.tool.call.id': 'c1',
      'agent.action.id': ACTION,
      'error.type': 'Timeout',
    });
    await desk.sends([
      at(
        2,
        [10, 90],
        aChat([user('Refund.')], { type: 'reasoning', content: 'It is due.' }, call('c1', 'refund')),
      ),
      at(3, [70, 80], failed),
      { id: 1, attributes: anAgent() },
    ]);

    const trace = await desk.trace(ACTION);

    expect(trace).toMatchObject({ outcome: 'error', decision: { spanId: aSpanId(2), toolCallId: 'c1' } });
    expect(told(trace)).toContainEqual(['reasoning', 'It is due.', 'decision']);
    expect(why(trace, 'decision')).toEqual([]);
  });

  it('is told in its order where one record at the end of a call holds both what went in and what came out', async () => {
    const desk = await open();
    const whole = (...output: object[]) => ({
      name: 'gen_ai.client.inference.operation.details',
      attributes: attributesOf({
        'gen_ai.input.messages': JSON.stringify(asked),
        'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: output }]),
      }),
    });
    const asked: object[] = [user('Refund.')];
    const chat = (id: number, [from, to]: readonly [number, number], event: object): SpanFields => ({
      ...at(id, [from, to], { 'gen_ai.operation.name': 'chat' }),
      events: [{ ...event, timeUnixNano: `${START_MS + to}000000` }],
    });
    const first = chat(2, [10, 90], whole(call('c1', 'refund')));
    asked.push(
      { role: 'assistant', parts: [call('c1', 'refund')] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'declined' }] },
    );
    await desk.sends([
      first,
      at(
        3,
        [70, 80],
        aTool('refund', {
          'gen_ai.tool.call.id': 'c1',
          'gen_ai.tool.call.arguments': '{}',
          'agent.action.id': ACTION,
        }),
      ),
      chat(4, [100, 190], whole(text('It was declined.'))),
      { id: 1, attributes: anAgent() },
    ]);

    expect(told(await desk.trace(ACTION))?.map(([part, said]) => [part, said])).toEqual([
      ['prompt', 'Refund.'],
      ['tool-call', '{"name":"refund","arguments":{}}'],
      ['tool-call', '{}'],
      ['tool-result', 'declined'],
      ['output', 'It was declined.'],
    ]);
  });

  it('is told in its order where only the run tells its conversation, at its end', async () => {
    const desk = await open();
    const said = (role: string, ...parts: object[]) => ({ role, parts });
    const conversation = [
      user('Refund.'),
      said('assistant', call('c1', 'refund')),
      said('tool', { type: 'tool_call_response', id: 'c1', response: 'declined' }),
      said('assistant', text('Shall I try again?')),
      user('Yes.'),
      said('assistant', text('I shall.')),
    ];
    await desk.sends([
      at(3, [70, 80], aTool('refund', { 'gen_ai.tool.call.id': 'c1', 'agent.action.id': ACTION })),
      { id: 1, attributes: { ...anAgent(), 'pydantic_ai.all_messages': JSON.stringify(conversation) } },
    ]);

    expect((await desk.trace(ACTION))?.parts.map(({ text: words }) => words)).toEqual([
      'Refund.',
      '{"name":"refund","arguments":{}}',
      'declined',
      'Shall I try again?',
      'Yes.',
      'I shall.',
    ]);
  });
});
