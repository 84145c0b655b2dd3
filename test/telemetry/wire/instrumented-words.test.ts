/** Who acted and what was said, as instrumentations really write it; each case names the public repository. */
import { describe, expect, it } from 'vitest';
import { attributesOf, readSpans, START_MS, type SpanFields } from '../../support/otlp.js';

const DECLARED = { agents: new Map([['billing-agent', { tools: [] }]]) };

const saidIn = (span: SpanFields) =>
  readSpans([span]).content.map(({ kind, text, toolCallId }) =>
    toolCallId === null ? [kind, text] : [kind, text, toolCallId],
  );

const anEvent = (name: string, attributes: Readonly<Record<string, string>>) => ({
  name,
  timeUnixNano: `${START_MS}000000`,
  attributes: attributesOf(attributes),
});

describe('the agent', () => {
  const agents = (spans: readonly SpanFields[], registry = DECLARED) =>
    readSpans(spans, { registry }).records.map(({ agentId }) => agentId);
  const chat = { 'openinference.span.kind': 'LLM', 'llm.model_name': 'gpt-4o' };

  it.each<[string, SpanFields]>([
    [
      'a node of OpenInference (Arize-ai/openinference, openai-agents)',
      { name: 'Agent', attributes: { 'openinference.span.kind': 'AGENT', 'graph.node.id': 'billing-agent' } },
    ],
    [
      "an agent's span of Langfuse (langfuse/langfuse-python)",
      { name: 'billing-agent', attributes: { 'langfuse.observation.type': 'agent' } },
    ],
    [
      'a span of the conventions without the attribute',
      { name: 'invoke_agent billing-agent', attributes: { 'gen_ai.operation.name': 'invoke_agent' } },
    ],
    [
      'the function of the Vercel AI SDK (vercel/ai, versions 4 to 6)',
      {
        name: 'ai.generateText',
        attributes: { 'ai.operationId': 'ai.generateText', 'ai.telemetry.functionId': 'billing-agent' },
      },
    ],
  ])('is named by %s, where agents.yml knows the name, and only there', (_, span) => {
    const spans = [
      { id: 2, parent: 1, attributes: chat },
      { id: 1, ...span },
    ];

    expect(agents(spans)).toEqual(['billing-agent', 'billing-agent']);
    expect(agents(spans, { agents: new Map() })).toEqual(['a-service', 'a-service']);
  });

  it('is named by Logfire, for what OpenAI Agents do (pydantic/logfire)', () => {
    const run = {
      'logfire.msg_template': 'Agent run: {name!r}',
      name: 'Assistant',
      'gen_ai.system': 'openai',
    };

    expect(
      agents([
        { id: 2, parent: 1, attributes: chat },
        { id: 1, attributes: run },
      ]),
    ).toEqual(['Assistant', 'Assistant']);
  });

  it("is OpenClaw's own, and nobody where it writes unknown (openclaw/openclaw)", () => {
    const tool = { 'gen_ai.tool.name': 'read' };

    expect(agents([{ attributes: { ...tool, 'openclaw.agent': 'ops' } }])).toEqual(['ops']);
    expect(agents([{ attributes: { ...tool, 'openclaw.agent': 'unknown' } }])).toEqual(['a-service']);
  });
});

describe('the conversation', () => {
  const conversation = (attributes: SpanFields['attributes']) =>
    readSpans([{ attributes: { 'gen_ai.operation.name': 'chat', ...attributes } }]).records[0]
      ?.conversationId;

  it.each([
    'gen_ai.conversation.id',
    'session.id',
    'spring.ai.chat.client.conversation.id',
    'langsmith.metadata.thread_id',
    'traceloop.association.properties.thread_id',
    'ai.telemetry.metadata.sessionId',
  ])('is %s', (name) => {
    expect(conversation({ [name]: 'c-1' })).toBe('c-1');
  });

  it('is no project of LangSmith, which calls that a session (langchain-ai/langsmith-sdk)', () => {
    const attributes = { 'langsmith.trace.session_id': 'project', 'langsmith.metadata.session_id': 'c-1' };

    expect(conversation(attributes)).toBe('c-1');
    expect(conversation({ 'langsmith.trace.session_id': 'project' })).toBeNull();
  });
});

describe('what was said', () => {
  it("is read from Bedrock's blocks, as Strands writes them (strands-agents/sdk-python, telemetry/tracer.py)", () => {
    const asked = [
      { reasoningContent: { reasoningText: { text: 'The order is paid.', signature: 's' } } },
      { text: 'I refund it.' },
      { toolUse: { toolUseId: 'tooluse_1', name: 'refund', input: { amount: 41 } } },
    ];
    const result = [{ toolResult: { toolUseId: 'tooluse_0', status: 'success', content: [{ text: '42' }] } }];
    const events = [
      anEvent('gen_ai.user.message', { content: '[{"text": "Refund order 881"}]' }),
      anEvent('gen_ai.tool.message', { content: JSON.stringify(result) }),
      anEvent('gen_ai.choice', { finish_reason: 'tool_use', message: JSON.stringify(asked) }),
    ];

    expect(saidIn({ attributes: { 'gen_ai.operation.name': 'chat' }, events })).toEqual([
      ['input', 'Refund order 881'],
      ['tool-result', '[{"text":"42"}]', 'tooluse_0'],
      ['reasoning', 'The order is paid.'],
      ['output', 'I refund it.'],
      ['tool-arguments', '{"name":"refund","arguments":{"amount":41}}', 'tooluse_1'],
    ]);
  });

  it('to a tool and by it is told in events of its own span, by the old conventions and the new (Strands)', () => {
    const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'refund' };
    const old = [
      anEvent('gen_ai.tool.message', { role: 'tool', content: '{"amount":41}', id: 'tooluse_1' }),
      anEvent('gen_ai.choice', { message: '[{"text":"refunded"}]', id: 'tooluse_1' }),
    ];
    const details = 'gen_ai.client.inference.operation.details';
    const part = { type: 'tool_call', name: 'refund', id: 'tooluse_1', arguments: { amount: 41 } };
    const response = { type: 'tool_call_response', id: 'tooluse_1', response: 'refunded' };
    const latest = [
      anEvent(details, { 'gen_ai.input.messages': JSON.stringify([{ role: 'tool', parts: [part] }]) }),
      anEvent(details, { 'gen_ai.output.messages': JSON.stringify([{ role: 'tool', parts: [response] }]) }),
    ];

    expect(saidIn({ attributes: tool, events: old })).toEqual([
      ['tool-arguments', '{"amount":41}', 'tooluse_1'],
      ['tool-result', '[{"text":"refunded"}]', 'tooluse_1'],
    ]);
    expect(saidIn({ attributes: tool, events: latest })).toEqual([
      ['tool-arguments', '{"name":"refund","arguments":{"amount":41}}', 'tooluse_1'],
      ['tool-result', 'refunded', 'tooluse_1'],
    ]);
  });

  it("is read from Gemini's own shape, as ADK writes it (google/adk-python, telemetry/tracing.py)", () => {
    const request = {
      model: 'gemini-2.5-flash',
      config: { system_instruction: 'Be brief.' },
      contents: [
        { role: 'user', parts: [{ text: 'Weather in Paris?' }] },
        { role: 'user', parts: [{ function_response: { id: 'c0', name: 'now', response: { at: '9' } } }] },
      ],
    };
    const response = {
      content: {
        role: 'model',
        parts: [
          { text: 'I have to look.', thought: true },
          { function_call: { id: 'c1', name: 'weather', args: { city: 'Paris' } } },
        ],
      },
      usage_metadata: { prompt_token_count: 10 },
    };
    const attributes = {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 10,
      'gcp.vertex.agent.llm_request': JSON.stringify(request),
      'gcp.vertex.agent.llm_response': JSON.stringify(response),
    };

    expect(saidIn({ name: 'call_llm', attributes })).toEqual([
      ['system', 'Be brief.'],
      ['input', 'Weather in Paris?'],
      ['tool-result', '{"at":"9"}', 'c0'],
      ['reasoning', 'I have to look.'],
      ['tool-arguments', '{"name":"weather","arguments":{"city":"Paris"}}', 'c1'],
    ]);
  });

  it('is read from numbered parts of OpenInference, in their order (Arize-ai/openinference, spec)', () => {
    const at = 'llm.output_messages.0.message';
    const attributes = {
      'openinference.span.kind': 'LLM',
      [`${at}.role`]: 'assistant',
      [`${at}.contents.0.message_content.type`]: 'reasoning',
      [`${at}.contents.0.message_content.text`]: 'It rains.',
      [`${at}.contents.1.message_content.type`]: 'text',
      [`${at}.contents.1.message_content.text`]: 'Take one.',
      [`${at}.contents.2.message_content.type`]: 'tool_use',
      [`${at}.contents.2.tool_call.id`]: 'c1',
      [`${at}.contents.2.tool_call.function.name`]: 'umbrella',
      [`${at}.contents.2.tool_call.function.arguments`]: '{"open":true}',
    };

    const said = [
      ['reasoning', 'It rains.'],
      ['output', 'Take one.'],
      ['tool-arguments', '{"name":"umbrella","arguments":{"open":true}}', 'c1'],
    ];

    expect(saidIn({ attributes })).toEqual(said);
    const shuffled = Object.fromEntries(Object.entries(attributes).toReversed());
    expect(saidIn({ attributes: shuffled })).toEqual(said);
    const untyped = Object.entries(attributes).filter(([key]) => !/[12]\.message_content\.type$/u.test(key));
    expect(saidIn({ attributes: Object.fromEntries(untyped) })).toEqual(said);
  });

  it("is a tool's arguments, and not the schema of them (Arize-ai/openinference: tool.parameters)", () => {
    const tool = {
      'openinference.span.kind': 'TOOL',
      'tool.name': 'get_weather',
      'tool.parameters': '{"type":"object","properties":{"location":{"type":"string"}}}',
      'output.value': '18',
    };
    const asked = { ...tool, 'input.value': '{"location":"Paris"}' };

    expect(saidIn({ attributes: asked })[0]).toEqual(['tool-arguments', '{"location":"Paris"}']);
    expect(saidIn({ attributes: tool })[0]).toEqual(['tool-arguments', tool['tool.parameters']]);
  });

  it.each<[string, SpanFields['attributes']]>([
    [
      'Spring AI',
      {
        'gen_ai.operation.name': 'framework',
        'spring.ai.kind': 'tool_call',
        'spring.ai.tool.definition.name': 't',
        'spring.ai.tool.call.arguments': '{"a":1}',
        'spring.ai.tool.call.result': '2',
      },
    ],
    [
      'Sentry (getsentry/sentry-javascript)',
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 't',
        'gen_ai.tool.input': '{"a":1}',
        'gen_ai.tool.output': '2',
      },
    ],
    [
      'Genkit',
      {
        'genkit:metadata:subtype': 'tool',
        'genkit:name': 't',
        'genkit:input': '{"a":1}',
        'genkit:output': '2',
      },
    ],
    ['Laminar', { 'lmnr.span.type': 'TOOL', 'lmnr.span.input': '{"a":1}', 'lmnr.span.output': '2' }],
    ['Logfire', { 'logfire.msg_template': 'Function: {name}', name: 't', input: '{"a":1}', output: '2' }],
  ])("is a tool's arguments and result by %s", (_, attributes) => {
    expect(saidIn({ attributes: attributes ?? {} })).toEqual([
      ['tool-arguments', '{"a":1}'],
      ['tool-result', '2'],
    ]);
  });
});
