import { describe, expect, it } from 'vitest';
import { readSpans, recordOf, REGISTRY } from '../../support/otlp.js';

const CLIENT = 3;
const SERVER = 2;
describe('what a span is', () => {
  it.each([
    ['a chat of the conventions', { 'gen_ai.operation.name': 'chat' }, 'inference'],
    ['embeddings', { 'gen_ai.operation.name': 'embeddings' }, 'inference'],
    ['generate_content', { 'gen_ai.operation.name': 'generate_content' }, 'inference'],
    ['an operation in capitals', { 'gen_ai.operation.name': 'Chat' }, 'inference'],
    ['a call of OpenInference', { 'openinference.span.kind': 'LLM' }, 'inference'],
    ['a call of OpenLLMetry', { 'llm.request.type': 'chat' }, 'inference'],
    ['a generation of Langfuse', { 'langfuse.observation.type': 'generation' }, 'inference'],
    ['a step of the Vercel AI SDK', { 'ai.operationId': 'ai.streamText.doStream' }, 'inference'],
    [
      "the Vercel AI SDK's whole run",
      { 'ai.operationId': 'ai.streamText', 'ai.usage.inputTokens': 5 },
      'other',
    ],
    [
      'a call without an operation, by its model and tokens',
      { 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 1 },
      'inference',
    ],
    ['a tool', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't' }, 'tool'],
    ['a tool of OpenInference', { 'openinference.span.kind': 'TOOL', 'tool.name': 't' }, 'tool'],
    ['a tool of OpenLLMetry', { 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 't' }, 'tool'],
    ['a tool of the Vercel AI SDK', { 'ai.operationId': 'ai.toolCall', 'ai.toolCall.name': 't' }, 'tool'],
    ['a call of LangSmith', { 'langsmith.span.kind': 'llm' }, 'inference'],
    ['a tool of LangSmith', { 'langsmith.span.kind': 'tool' }, 'tool'],
    [
      'a prompt of LangSmith, which it calls chat',
      { 'langsmith.span.kind': 'prompt', 'gen_ai.operation.name': 'chat' },
      'other',
    ],
    ['a call of MLflow, whose values are JSON', { 'mlflow.spanType': '"CHAT_MODEL"' }, 'inference'],
    ['a tool of AgentOps', { 'agentops.span.kind': 'tool' }, 'tool'],
    ['a tool by a word of its own', { 'gen_ai.operation.name': 'tool_call' }, 'tool'],
    [
      'a tool under an operation that nobody knows',
      { 'gen_ai.operation.name': 'run_skill', 'gen_ai.tool.name': 't' },
      'tool',
    ],
    ['an operation that nobody knows', { 'gen_ai.operation.name': 'run_skill' }, 'other'],
    ['a tool of Pydantic AI', { 'gen_ai.tool.name': 't', tool_arguments: '{}' }, 'tool'],
    ['an MCP call', { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 't' }, 'tool'],
    ['a change of memory', { 'gen_ai.operation.name': 'upsert_memory' }, 'tool'],
    ['a list of MCP tools', { 'mcp.method.name': 'tools/list' }, 'other'],
    ["an agent's run", { 'gen_ai.operation.name': 'invoke_agent' }, 'other'],
    ['a plan', { 'gen_ai.operation.name': 'plan' }, 'other'],
    ['a workflow of OpenLLMetry', { 'traceloop.span.kind': 'workflow' }, 'other'],
    ['an artifact', { 'agent.artifact.visibility': 'internal' }, 'artifact'],
  ])('%s', (_, attributes, kind) => {
    expect(recordOf({ attributes })?.kind).toBe(kind);
  });

  it.each<[string, string, number, string]>([
    ['a call with a name of the conventions', 'chat gpt-4o', 1, 'inference'],
    ['a call with a name of its own', 'ask for the weather', 1, 'inference'],
    ['a call that says it goes out', 'billing-agent', CLIENT, 'inference'],
    ['a run, which may sum its calls up', 'agent run', 1, 'other'],
    ['a run by an agent’s name', 'invoke_agent billing-agent', 1, 'other'],
  ])('without an operation is %s', (_, name, kind, expected) => {
    const attributes = {
      'gen_ai.agent.name': 'billing-agent',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 5,
    };

    expect(recordOf({ name, kind, attributes })?.kind).toBe(expected);
  });

  it.each([
    ['a span that has only begun', { 'logfire.span_type': 'pending_span', 'gen_ai.operation.name': 'chat' }],
    ['a span of a database', { 'db.system': 'postgresql' }],
  ])('makes no record of %s', (_, attributes) => {
    expect(recordOf({ attributes })).toBeUndefined();
  });

  it('says denied where the guard stopped it, and error where it failed', () => {
    const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't' };
    const exception = {
      name: 'exception',
      attributes: [{ key: 'exception.type', value: { stringValue: 'HaltedError' } }],
    };

    expect(recordOf({ attributes: tool })?.outcome).toBe('ok');
    expect(recordOf({ attributes: tool, status: { code: 2 } })?.outcome).toBe('error');
    expect(recordOf({ attributes: { ...tool, 'error.type': 'timeout' } })?.outcome).toBe('error');
    expect(recordOf({ attributes: { ...tool, 'error.type': 'HaltedError' } })?.outcome).toBe('denied');
    expect(recordOf({ attributes: tool, status: { code: 2 }, events: [exception] })?.outcome).toBe('denied');
  });
});

describe('what was called', () => {
  it.each([
    [
      'a tool by its name',
      { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 't' } },
      't',
      't',
    ],
    [
      'a tool by the name of its span',
      { name: 'execute_tool t', attributes: { 'gen_ai.operation.name': 'execute_tool' } },
      't',
      't',
    ],
    [
      "an MCP server's tool",
      {
        attributes: {
          'mcp.method.name': 'tools/call',
          'gen_ai.tool.name': 't',
          'server.address': 'mcp.example',
        },
      },
      't',
      'mcp:mcp.example/t',
    ],
    [
      'an address with its template',
      {
        kind: CLIENT,
        attributes: {
          'http.request.method': 'post',
          'server.address': 'API.example',
          'url.template': '/v1/refunds/{id}',
        },
      },
      null,
      'POST api.example/v1/refunds/{id}',
    ],
    [
      'an address without the path, where nobody says a template',
      {
        kind: CLIENT,
        attributes: { 'http.method': 'GET', 'http.url': 'https://api.example:8443/v1/refunds/881?x=y' },
      },
      null,
      'GET api.example',
    ],
  ])('names %s', (_, span, tool, endpoint) => {
    expect(recordOf(span)).toMatchObject({ kind: 'tool', tool, endpoint });
  });

  it('takes a call of HTTP for an act only where somebody says that an agent acts', () => {
    const http = { kind: CLIENT, attributes: { 'http.request.method': 'GET', 'server.address': 'x' } };
    const run = { id: 9, attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'a' } };

    expect(readSpans([http]).records).toEqual([]);
    expect(readSpans([{ ...http, parent: 9 }, run]).records.map(({ agentId }) => agentId)).toEqual([
      'a',
      'a',
    ]);
  });

  it('leaves out how a model is reached', () => {
    const chat = { id: 9, attributes: { 'gen_ai.operation.name': 'chat' } };
    const http = {
      parent: 9,
      kind: CLIENT,
      attributes: { 'http.request.method': 'POST', 'server.address': 'api.openai.com' },
    };

    expect(readSpans([http, chat], { registry: REGISTRY }).records).toMatchObject([{ kind: 'inference' }]);
  });

  it("counts an MCP call once: not its server's side, nor the client's within the same tool", () => {
    const tool = { 'gen_ai.tool.name': 't', 'gen_ai.operation.name': 'execute_tool' };
    const mcp = { ...tool, 'mcp.method.name': 'tools/call' };

    const { records } = readSpans([
      { id: 3, parent: 2, kind: SERVER, attributes: mcp },
      { id: 2, parent: 1, kind: CLIENT, attributes: mcp },
      { id: 1, attributes: { ...tool, 'agent.action.id': 'act-1' } },
    ]);

    expect(records.map(({ kind, parentActionId }) => [kind, parentActionId])).toEqual([
      ['other', null],
      ['other', 'act-1'],
      ['tool', null],
    ]);
  });

  it('knows within which action another was done', () => {
    const { records } = readSpans([
      {
        id: 2,
        parent: 3,
        attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'inner' },
      },
      { id: 3, parent: 1, attributes: {} },
      {
        id: 1,
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': 'outer',
          'agent.action.id': 'act-1',
        },
      },
    ]);

    expect(records[0]).toMatchObject({
      kind: 'tool',
      tool: 'inner',
      actionId: null,
      parentActionId: 'act-1',
    });
  });

  it('takes the class that is stated, else that of the inventory', () => {
    const tool = {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'stripe.refund',
      'gen_ai.agent.id': 'billing-agent',
    };

    expect(recordOf({ attributes: tool })?.actionClass).toBe('external-api-call');
    expect(recordOf({ attributes: { ...tool, 'agent.action.class': 'money' } })?.actionClass).toBe('money');
    expect(recordOf({ attributes: { ...tool, 'agent.action.class': 'NOT A CLASS' } })?.actionClass).toBe(
      'external-api-call',
    );
    expect(recordOf({ attributes: { ...tool, 'gen_ai.tool.name': 'other' } })?.actionClass).toBeNull();
  });
});
