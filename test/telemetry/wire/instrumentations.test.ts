/**
 * What instrumentations really send, attribute by attribute, as their public sources write it or public captures show it. Each
 * row names the repository.
 */
import { describe, expect, it } from 'vitest';
import { readSpans, recordOf, type SpanFields } from '../../support/otlp.js';

const PRICES = new Map([
  [
    'claude-sonnet-4-5',
    { inputPerMillion: 3, outputPerMillion: 15, cacheReadPerMillion: 0.3, cacheWritePerMillion: 3.75 },
  ],
  ['gemini-2.5-flash', { inputPerMillion: 0.3, outputPerMillion: 2.5 }],
  ['gpt-4o', { inputPerMillion: 2.5, outputPerMillion: 10 }],
]);
const SERVER = 2;

const costOf = (attributes: SpanFields['attributes'], name = 'chat') =>
  readSpans([{ name, attributes: attributes ?? {} }], { prices: PRICES }).records[0]?.cost;

/** Of LiteLLM's proxy with `turn_off_message_logging`: no operation at all (BerriAI/litellm, integrations/opentelemetry.py). */
const LITELLM = {
  'llm.request.type': 'acompletion',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.system': 'azure',
  'llm.is_streaming': 'False',
  'gen_ai.response.id': 'chatcmpl-1',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.usage.total_tokens': 1_100_000,
  'gen_ai.usage.output_tokens': 100_000,
  'gen_ai.usage.input_tokens': 1_000_000,
};

/** spring-projects/spring-ai, DefaultToolCallingObservationConvention and ToolCallingContentObservationFilter. */
const SPRING_TOOL = {
  'gen_ai.operation.name': 'framework',
  'gen_ai.system': 'spring_ai',
  'spring.ai.kind': 'tool_call',
  'spring.ai.tool.definition.name': 'refundOrder',
  'spring.ai.tool.definition.description': 'Refunds an order',
  'spring.ai.tool.definition.schema': '{"type":"object"}',
  'spring.ai.tool.call.id': 'call_1',
  'spring.ai.tool.call.arguments': '{"order":881}',
  'spring.ai.tool.call.result': '"refunded"',
};

/** pydantic/logfire, tests/otel_integrations/test_openai_agents_mcp.py. */
const LOGFIRE_FUNCTION = {
  'logfire.msg_template': 'Function: {name}',
  'logfire.span_type': 'span',
  name: 'random_number',
  input: '{}',
  output: '4',
  mcp_data: 'null',
  'gen_ai.system': 'openai',
};

/** firebase/genkit, js/core/src/tracing/instrumentation.ts and its tests. */
const genkit = (subtype: string, name: string, output: object) => ({
  'genkit:type': 'action',
  'genkit:metadata:subtype': subtype,
  'genkit:name': name,
  'genkit:path': `/{chat,t:flow}/{${name},t:action,s:${subtype}}`,
  'genkit:input': '{"city":"Paris"}',
  'genkit:output': JSON.stringify(output),
  'genkit:state': 'success',
});

describe('a tool', () => {
  it.each<[string, SpanFields, string, string]>([
    [
      'of Spring AI',
      { name: 'tool_call refundOrder', attributes: SPRING_TOOL },
      'refundOrder',
      'refundOrder',
    ],
    [
      'of OpenAI Agents by Logfire',
      { name: 'Function: {name}', attributes: LOGFIRE_FUNCTION },
      'random_number',
      'random_number',
    ],
    [
      'of Genkit',
      { name: 'getWeather', attributes: genkit('tool', 'getWeather', {}) },
      'getWeather',
      'getWeather',
    ],
    [
      'of Genkit, second version',
      { name: 'x', attributes: genkit('tool.v2', 'myTool', {}) },
      'myTool',
      'myTool',
    ],
    [
      'of Laminar (lmnr-ai/lmnr-python)',
      { name: 'click', attributes: { 'lmnr.span.type': 'TOOL', 'lmnr.span.input': '{"index":4}' } },
      'click',
      'click',
    ],
    [
      'of OpenClaw (openclaw/openclaw, extensions/diagnostics-otel)',
      {
        name: 'openclaw.tool.execution',
        attributes: {
          'openclaw.toolName': 'read',
          'openclaw.tool.source': 'core',
          'gen_ai.tool.name': 'read',
        },
      },
      'read',
      'read',
    ],
    [
      "of a FastMCP server that nobody's span has called (PrefectHQ/fastmcp, server/telemetry.py)",
      {
        name: 'tools/call greet',
        kind: SERVER,
        attributes: {
          'mcp.method.name': 'tools/call',
          'rpc.system': 'mcp',
          'rpc.service': 'test-server',
          'fastmcp.server.name': 'test-server',
          'fastmcp.component.type': 'tool',
          'gen_ai.tool.name': 'greet',
        },
      },
      'greet',
      'mcp:test-server/greet',
    ],
    [
      'of the MCP SDK for Python as it sends',
      { name: 'MCP send tools/call add', kind: 3, attributes: { 'mcp.method.name': 'tools/call' } },
      'add',
      'add',
    ],
  ])('%s', (_, span, tool, endpoint) => {
    expect(recordOf(span)).toMatchObject({ kind: 'tool', tool, endpoint });
  });

  it('is none where ADK only sums up several that it called at once (google/adk-python, telemetry/tracing.py)', () => {
    const attributes = {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': '(merged tools)',
      'gen_ai.tool.description': '(merged tools)',
      'gen_ai.tool.call.id': 'event-1',
      'gcp.vertex.agent.tool_call_args': 'N/A',
    };

    expect(recordOf({ name: 'execute_tool (merged)', attributes })?.kind).toBe('other');
  });

  it('has failed, or was stopped, where its own words say so and its status does not', () => {
    const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't' };
    const outcome = (attributes: SpanFields['attributes'], code: number) =>
      recordOf({ attributes: { ...tool, ...attributes }, status: { code } })?.outcome;

    // strands-agents/sdk-python, telemetry/tracer.py
    expect(outcome({ 'gen_ai.tool.status': 'error' }, 1)).toBe('error');
    expect(outcome({ 'gen_ai.tool.status': 'success' }, 1)).toBe('ok');
    // openclaw/openclaw, service-recorders-tools.ts
    expect(outcome({ 'openclaw.outcome': 'blocked', 'openclaw.deniedReason': 'policy' }, 0)).toBe('denied');
  });
});

describe('a call of a model', () => {
  it.each([
    ['acompletion'],
    ['completion'],
    ['atext_completion'],
    ['aembedding'],
    ['aresponses'],
    ['anthropic_messages'],
    ['agenerate_content'],
    ['agenerate_content_stream'],
    ['arerank'],
    ['a_kind_of_tomorrow'],
  ])('is counted as LiteLLM calls it: %s, with its messages logged or not', (type) => {
    const unlogged = { ...LITELLM, 'llm.request.type': type };

    expect(costOf(unlogged, 'litellm_request')?.usd).toBeCloseTo(3.5, 12);
    expect(costOf({ ...unlogged, 'gen_ai.operation.name': type }, 'litellm_request')?.usd).toBeCloseTo(
      3.5,
      12,
    );
    expect(costOf({ ...unlogged, 'gen_ai.cost.total_cost': 3.2 }, 'litellm_request')).toMatchObject({
      usd: 3.2,
      source: 'reported',
    });
  });

  it('is counted by its cost where it has no tokens: a picture of OpenLIT (openlit/openlit)', () => {
    const attributes = {
      'gen_ai.operation.name': 'image',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'dall-e-3',
      'gen_ai.usage.cost': 0.04,
    };

    expect(costOf(attributes, 'image dall-e-3')).toMatchObject({ usd: 0.04, source: 'reported' });
  });

  it('of Bedrock says apart what no cache served (strands-agents/sdk-python; AWS: totals add all four up)', () => {
    const attributes = {
      'gen_ai.system': 'strands-agents',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'gen_ai.usage.prompt_tokens': 1000,
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.completion_tokens': 40,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.usage.total_tokens': 1640,
      'gen_ai.usage.cache_read_input_tokens': 500,
      'gen_ai.usage.cache_write_input_tokens': 100,
    };

    const cost = costOf(attributes);

    // 1,000 × 3 + 500 × 0.30 + 100 × 3.75 + 40 × 15, for a million each
    expect(cost).toMatchObject({ source: 'price-table', inputTokens: 1600, outputTokens: 40 });
    expect(cost?.usd).toBeCloseTo(0.004_125, 12);
    // Where the total is that of input and output, the caches are within.
    const within = costOf({ ...attributes, 'gen_ai.usage.total_tokens': 1040 });
    expect(within).toMatchObject({ inputTokens: 1000 });
  });

  it('of Langfuse adds its parts up (langfuse.com/docs: usage types without a total are summed)', () => {
    const usage = { input: 1000, output: 40, cache_read_input_tokens: 500 };
    const attributes = {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'anthropic/claude-sonnet-4.5',
      'langfuse.observation.usage_details': JSON.stringify(usage),
    };

    // 1,000 × 3 + 500 × 0.30 + 40 × 15
    expect(costOf(attributes)?.usd).toBeCloseTo(0.003_75, 12);
  });

  it('of Genkit has its tokens in what came out, and what was thought in the total only', () => {
    const usage = { inputTokens: 1000, outputTokens: 20, thoughtsTokens: 80, totalTokens: 1100 };
    const attributes = genkit('model', 'googleai/gemini-2.5-flash', { usage });

    const cost = costOf(attributes, 'googleai/gemini-2.5-flash');

    expect(cost).toMatchObject({ model: 'googleai/gemini-2.5-flash', inputTokens: 1000, outputTokens: 100 });
    expect(cost?.usd).toBeCloseTo(0.000_55, 12);
  });

  it("of OpenClaw is not counted again by the run's sum, which counts where nothing else does", () => {
    const names = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.system': 'openai',
      'gen_ai.request.model': 'gpt-4o',
    };
    const call = { ...names, 'gen_ai.usage.input_tokens': 100 };
    const sum = { ...call, 'openclaw.tokens.input': 100, 'openclaw.tokens.total': 100 };
    const kinds = (spans: readonly SpanFields[]) => readSpans(spans).records.map(({ kind }) => kind);

    expect(
      kinds([
        { id: 2, parent: 1, name: 'openclaw.model.call', attributes: call },
        { id: 3, parent: 1, name: 'openclaw.model.usage', attributes: sum },
        { id: 1, name: 'openclaw.run', attributes: { 'openclaw.outcome': 'completed' } },
      ]),
    ).toEqual(['inference', 'other']);
    expect(kinds([{ id: 3, parent: 1, name: 'openclaw.model.usage', attributes: sum }])).toEqual([
      'inference',
    ]);
    const old = {
      'openclaw.model': 'gpt-4o',
      'openclaw.tokens.input': 100,
      'openclaw.tokens.cache_read': 900,
    };
    expect(costOf({ ...old, 'openclaw.tokens.total': 1000 }, 'openclaw.model.usage')).toMatchObject({
      model: 'gpt-4o',
      inputTokens: 1000,
    });
  });
});
