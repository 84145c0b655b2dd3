import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import {
  aContext,
  aSpan,
  attributesOf,
  decodeLogs,
  logsOf,
  readSpans,
  START_MS,
  type SpanFields,
} from '../../support/otlp.js';

const saidIn = (span: SpanFields) =>
  readSpans([span]).content.map(({ kind, text, toolCallId }) =>
    toolCallId === null ? [kind, text] : [kind, text, toolCallId],
  );
const chat = (attributes: SpanFields['attributes']): SpanFields => ({
  attributes: { 'gen_ai.operation.name': 'chat', ...attributes },
});

const INPUT = [
  { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
  { role: 'user', parts: [{ type: 'text', content: 'Weather in Paris?' }] },
  {
    role: 'assistant',
    parts: [{ type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Paris' } }],
  },
  { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'rainy' }] },
];
const OUTPUT = [
  {
    role: 'assistant',
    parts: [
      { type: 'reasoning', content: 'It rains.' },
      { type: 'text', content: 'Rainy, 14 °C.' },
      { type: 'tool_call', id: 'c2', name: 'umbrella', arguments: { open: true } },
      { type: 'uri', modality: 'image', uri: 'https://x/y.png' },
    ],
    finish_reason: 'stop',
  },
];
const SAID = [
  ['system', 'Talk like a pirate.'],
  ['system', 'Be brief.'],
  ['input', 'Weather in Paris?'],
  ['input', '{"name":"weather","arguments":{"city":"Paris"}}', 'c1'],
  ['tool-result', 'rainy', 'c1'],
  ['reasoning', 'It rains.'],
  ['output', 'Rainy, 14 °C.'],
  ['tool-arguments', '{"name":"umbrella","arguments":{"open":true}}', 'c2'],
  ['output', '{"type":"uri","modality":"image","uri":"https://x/y.png"}'],
];

describe('what was said in a span', () => {
  it.each([
    ['as structured values', (value: object) => value],
    ['as JSON text', (value: object) => JSON.stringify(value)],
  ])('is read from the conventions %s', (_, write) => {
    const attributes = JSON.parse(
      JSON.stringify({
        'gen_ai.system_instructions': write([{ type: 'text', content: 'Talk like a pirate.' }]),
        'gen_ai.input.messages': write(INPUT),
        'gen_ai.output.messages': write(OUTPUT),
      }),
    );

    expect(saidIn(chat(attributes))).toEqual(SAID);
  });

  it("is read from OpenAI's shape", () => {
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
      { role: 'tool', tool_call_id: 'c1', content: '42' },
    ];
    const answer = {
      role: 'assistant',
      reasoning_content: 'Simple.',
      content: null,
      tool_calls: [{ id: 'c2', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    };

    expect(
      saidIn(
        chat({ 'gen_ai.prompt': JSON.stringify(messages), 'gen_ai.completion': JSON.stringify([answer]) }),
      ),
    ).toEqual([
      ['system', 'Be brief.'],
      ['input', 'Hello'],
      ['tool-result', '42', 'c1'],
      ['reasoning', 'Simple.'],
      ['tool-arguments', '{"name":"f","arguments":{"a":1}}', 'c2'],
    ]);
  });

  it('takes what LangSmith calls the prompt of a tool for its arguments', () => {
    const attributes = {
      'langsmith.span.kind': 'tool',
      'gen_ai.prompt': '{"amount":41}',
      'gen_ai.completion': '{"refunded":41}',
    };

    expect(saidIn({ attributes })).toEqual([
      ['tool-arguments', '{"amount":41}'],
      ['tool-result', '{"refunded":41}'],
    ]);
  });

  it('is read from the flattened messages of OpenLLMetry, in their order', () => {
    const attributes = {
      'gen_ai.prompt.10.role': 'user',
      'gen_ai.prompt.10.content': 'Last',
      'gen_ai.prompt.0.role': 'system',
      'gen_ai.prompt.0.content': 'Be brief.',
      'gen_ai.completion.0.content': 'Done.',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'f',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"a":1}',
    };

    expect(saidIn({ attributes: { 'llm.request.type': 'chat', ...attributes } })).toEqual([
      ['system', 'Be brief.'],
      ['input', 'Last'],
      ['output', 'Done.'],
      ['tool-arguments', '{"name":"f","arguments":{"a":1}}', 'c1'],
    ]);
  });

  it('is read from the flattened messages of OpenInference, and its plain values are not told twice', () => {
    const attributes = {
      'openinference.span.kind': 'LLM',
      'input.value': '{"messages":[]}',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.contents.0.message_content.type': 'text',
      'llm.input_messages.0.message.contents.0.message_content.text': 'Hello',
      'llm.input_messages.1.message.role': 'tool',
      'llm.input_messages.1.message.tool_call_id': 'c0',
      'llm.input_messages.1.message.content': '42',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'f',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{}',
    };

    expect(saidIn({ attributes })).toEqual([
      ['input', 'Hello'],
      ['tool-result', '42', 'c0'],
      ['tool-arguments', '{"name":"f","arguments":{}}', 'c1'],
    ]);
  });

  it.each([
    [
      'the conventions',
      {
        'gen_ai.tool.call.id': 'c1',
        'gen_ai.tool.call.arguments': '{"a":1}',
        'gen_ai.tool.call.result': '2',
      },
    ],
    ['Pydantic AI', { 'gen_ai.tool.call.id': 'c1', tool_arguments: '{"a":1}', tool_response: '2' }],
    [
      'OpenLLMetry',
      { 'gen_ai.tool.call.id': 'c1', 'traceloop.entity.input': '{"a":1}', 'traceloop.entity.output': '2' },
    ],
    ['OpenInference', { 'tool_call.id': 'c1', 'input.value': '{"a":1}', 'output.value': '2' }],
  ])("is a tool's arguments and result by %s", (_, attributes) => {
    const span = {
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't', ...attributes },
    };

    expect(saidIn(span)).toEqual([
      ['tool-arguments', '{"a":1}', 'c1'],
      ['tool-result', '2', 'c1'],
    ]);
  });

  it('is read from events of older instrumentations, at their time', () => {
    const event = (name: string, attributes: SpanFields['attributes']) => ({
      name,
      timeUnixNano: `${START_MS + 7}000000`,
      attributes: attributesOf(attributes ?? {}),
    });
    const events = [
      event('gen_ai.system.message', { content: 'Be brief.' }),
      event('gen_ai.user.message', { content: 'Hello' }),
      event('gen_ai.tool.message', { content: '42', id: 'c1' }),
      event('gen_ai.choice', { index: 0, message: '{"content":"Hi"}' }),
      event('gen_ai.content.prompt', { 'gen_ai.prompt': '[{"role":"user","content":"Again"}]' }),
      event('ai.stream.firstChunk', { content: 'no content of ours' }),
    ];

    const { content } = readSpans([{ ...chat({}), events }]);

    expect(content.map(({ kind, text, toolCallId, atMs }) => [kind, text, toolCallId, atMs])).toEqual([
      ['system', 'Be brief.', null, START_MS + 7],
      ['input', 'Hello', null, START_MS + 7],
      ['tool-result', '42', 'c1', START_MS + 7],
      ['output', 'Hi', null, START_MS + 7],
      ['input', 'Again', null, START_MS + 7],
    ]);
  });

  it('is read from a whole conversation of Pydantic AI', () => {
    const all = [
      { 'event.name': 'gen_ai.system.message', role: 'system', content: 'Be brief.' },
      { 'event.name': 'gen_ai.user.message', role: 'user', content: 'Hello' },
      { 'event.name': 'gen_ai.choice', message: { role: 'assistant', content: 'Hi' } },
    ];

    expect(saidIn(chat({ events: JSON.stringify(all) }))).toEqual([
      ['system', 'Be brief.'],
      ['input', 'Hello'],
      ['output', 'Hi'],
    ]);
    expect(
      saidIn(chat({ 'pydantic_ai.all_messages': JSON.stringify([INPUT[1], OUTPUT[0]]) })).slice(0, 2),
    ).toEqual([
      ['input', 'Weather in Paris?'],
      ['reasoning', 'It rains.'],
    ]);
  });

  it('is nothing of a span that has nothing to do with an agent', () => {
    const exception = {
      name: 'exception',
      attributes: attributesOf({ 'exception.message': 'duplicate key' }),
    };

    expect(saidIn({ attributes: { 'db.system': 'postgresql' }, events: [exception] })).toEqual([]);
  });

  it('went in at the start and came out at the end', () => {
    const { content } = readSpans([chat({ 'gen_ai.prompt': 'Hello', 'gen_ai.completion': 'Hi' })]);

    expect(content.map(({ text, atMs }) => [text, atMs])).toEqual([
      ['Hello', START_MS],
      ['Hi', START_MS + 1000],
    ]);
  });
});

describe('what was said in log records', () => {
  const { traceId, spanId } = aSpan({});
  const read = (log: object) =>
    readRecords(decodeLogs(logsOf([{ traceId, spanId, ...log }])), aContext()).content.map(
      ({ kind, text, atMs }) => [kind, text, atMs],
    );

  it('is read from the details of an operation, in attributes or in the body', () => {
    const details = {
      'gen_ai.input.messages': [INPUT[1]],
      'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'text', content: 'Rain.' }] }],
    };
    const attributes = attributesOf(JSON.parse(JSON.stringify(details)));
    const eventName = 'gen_ai.client.inference.operation.details';
    const said = [
      ['input', 'Weather in Paris?', 5000],
      ['output', 'Rain.', 5000],
    ];

    expect(read({ eventName, timeUnixNano: '5000000000', attributes })).toEqual(said);
    expect(
      read({ eventName, observedTimeUnixNano: '5000000000', body: { kvlistValue: { values: attributes } } }),
    ).toEqual(said);
  });

  it('is read from events whose name is an attribute', () => {
    const body = { kvlistValue: { values: attributesOf({ content: 'Hello' }) } };

    expect(read({ body, attributes: attributesOf({ 'event.name': 'gen_ai.user.message' }) })).toEqual([
      ['input', 'Hello', START_MS + 5000],
    ]);
  });

  it('is nothing where a record has no span, or is a log like any other', () => {
    const body = { stringValue: 'GET /healthz' };

    expect(read({ body })).toEqual([]);
    expect(read({ body, eventName: 'gen_ai.user.message', spanId: '' })).toEqual([]);
  });
});
