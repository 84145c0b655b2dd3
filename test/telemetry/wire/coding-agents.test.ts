/** Log records and spans of Codex, Gemini CLI and Qwen Code, in the form that their sources write; Claude Code has its own file. */
import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/core/action-record.js';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import {
  aContext,
  anyValue,
  attributesOf,
  decodeLogs,
  logsOf,
  readSpans,
  START_MS,
} from '../../support/otlp.js';

type Attributes = Readonly<Record<string, string | number | boolean>>;

const PRICES = new Map([
  ['gpt-5.1', { inputPerMillion: 1, outputPerMillion: 10, cacheReadPerMillion: 0.1 }],
  ['gemini-2.5-pro', { inputPerMillion: 1, outputPerMillion: 10, cacheReadPerMillion: 0.1 }],
]);

function read(service: string, logs: readonly object[]): readonly ActionRecord[] {
  const request = logsOf(logs, { 'service.name': service });
  return readRecords(decodeLogs(request), aContext({ prices: PRICES })).records;
}

/**
 * openai/codex, codex-rs/otel/src/events: its tracing bridge names every record after a line of code and sets no time but that
 * of observation; numbers are text.
 */
const codex = (name: string, attributes: Attributes): object => ({
  observedTimeUnixNano: `${START_MS}000000`,
  eventName: 'event otel/src/events/session_telemetry.rs:721',
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  attributes: attributesOf({
    'event.name': name,
    'event.timestamp': '2026-11-20T03:00:00.000Z',
    'conversation.id': 'thread-1',
    'app.version': '0.137.0',
    originator: 'codex-tui',
    model: 'gpt-5.1',
    slug: 'gpt-5.1',
    ...attributes,
  }),
});
const COMPLETED = {
  'event.kind': 'response.completed',
  input_token_count: '1000',
  output_token_count: '100',
  cached_token_count: 400,
  reasoning_token_count: 60,
  tool_token_count: '1100',
};
const CODEX_TOOL = {
  tool_name: 'shell_command',
  call_id: 'call_1',
  arguments: '{"command":"ls"}',
  duration_ms: '57',
  success: 'true',
  output: 'a.txt',
  mcp_server: '',
  mcp_server_origin: '',
};

describe('Codex', () => {
  it('tells with the end of each answer what it used, caches within', () => {
    const [record] = read('codex_cli_rs', [codex('codex.sse_event', COMPLETED)]);

    expect(record).toMatchObject({
      origin: 'event',
      kind: 'inference',
      agentId: 'codex_cli_rs',
      atMs: START_MS,
      conversationId: 'thread-1',
      outcome: 'ok',
      cost: { source: 'price-table', model: 'gpt-5.1', inputTokens: 1000, outputTokens: 100 },
    });
    // 600 × 1 + 400 × 0.10 + 100 × 10, for a million each
    expect(record?.cost?.usd).toBeCloseTo(0.001_64, 12);
  });

  it('is not counted for the rest of a stream, its requests and its prompts', () => {
    const others = [
      codex('codex.sse_event', { 'event.kind': 'response.output_text.delta', duration_ms: '3' }),
      codex('codex.websocket_event', {
        'event.kind': 'response.completed',
        duration_ms: '3',
        success: 'true',
      }),
      codex('codex.api_request', { duration_ms: '900', 'http.response.status_code': 200, attempt: 1 }),
      codex('codex.tool_decision', { tool_name: 'shell_command', call_id: 'call_1', decision: 'approved' }),
      codex('codex.user_prompt', { prompt_length: '5', prompt: '[REDACTED]' }),
    ];

    expect(read('codex_cli_rs', others)).toEqual([]);
  });

  it('tells of an answer that failed as no cost', () => {
    const failed = codex('codex.sse_event', {
      'event.kind': 'response.completed',
      'error.message': 'stream closed',
    });

    expect(read('codex_cli_rs', [failed])).toMatchObject([
      { outcome: 'error', cost: { usd: null, reason: 'no-usage' } },
    ]);
  });

  it('tells of each tool under the id of its call, and by its server what an MCP server has', () => {
    const mcp = {
      ...CODEX_TOOL,
      tool_name: 'mcp__github__create_issue',
      call_id: 'call_2',
      mcp_server: 'github',
      success: 'false',
    };

    expect(
      read('codex_exec', [codex('codex.tool_result', CODEX_TOOL), codex('codex.tool_result', mcp)]),
    ).toMatchObject([
      {
        kind: 'tool',
        tool: 'shell_command',
        endpoint: 'shell_command',
        actionId: 'call_1',
        startedAtMs: START_MS - 57,
        outcome: 'ok',
      },
      {
        kind: 'tool',
        tool: 'mcp__github__create_issue',
        endpoint: 'mcp:github/create_issue',
        actionId: 'call_2',
        outcome: 'error',
      },
    ]);
  });
});

/** google-gemini/gemini-cli, docs/cli/telemetry.md and packages/core/src/telemetry/types.ts. */
const gemini = (name: string, attributes: Attributes): object => ({
  timeUnixNano: `${START_MS}000000`,
  body: anyValue('A sentence for people.'),
  attributes: attributesOf({ 'session.id': 'session-1', 'event.name': name, ...attributes }),
});
const ANSWER = {
  model: 'gemini-2.5-pro',
  status_code: 200,
  duration_ms: 1500,
  input_token_count: 1000,
  output_token_count: 40,
  cached_content_token_count: 400,
  thoughts_token_count: 60,
  tool_token_count: 10,
  total_token_count: 1110,
};
const GEMINI_TOOL = {
  function_name: 'run_shell_command',
  function_args: '{"command":"ls"}',
  duration_ms: 57,
  success: true,
  decision: 'auto_accept',
  prompt_id: 'p-1',
  tool_type: 'native',
};

describe('Gemini CLI', () => {
  it('tells of each answer what it used, with what was thought and what tools brought in', () => {
    const [record] = read('gemini-cli', [gemini('gemini_cli.api_response', ANSWER)]);

    expect(record).toMatchObject({
      kind: 'inference',
      agentId: 'gemini-cli',
      conversationId: 'session-1',
      cost: { model: 'gemini-2.5-pro', inputTokens: 1010, outputTokens: 100 },
    });
    // 610 × 1 + 400 × 0.10 + 100 × 10
    expect(record?.cost?.usd).toBeCloseTo(0.001_65, 12);
  });

  it('tells of tools that ran, failed and were refused', () => {
    const calls = [
      GEMINI_TOOL,
      { ...GEMINI_TOOL, success: false, error_type: 'ShellError' },
      { ...GEMINI_TOOL, success: false, decision: 'reject' },
      { ...GEMINI_TOOL, function_name: 'create_issue', tool_type: 'mcp', mcp_server_name: 'github' },
    ];

    expect(
      read(
        'gemini-cli',
        calls.map((call) => gemini('gemini_cli.tool_call', call)),
      ).map(({ tool, endpoint, outcome }) => [tool, endpoint, outcome]),
    ).toEqual([
      ['run_shell_command', 'run_shell_command', 'ok'],
      ['run_shell_command', 'run_shell_command', 'error'],
      ['run_shell_command', 'run_shell_command', 'denied'],
      ['create_issue', 'mcp:github/create_issue', 'ok'],
    ]);
  });

  it('does not count its spans, nor the details of the same answers', () => {
    const names = { 'gen_ai.agent.name': 'gemini-cli', 'gen_ai.conversation.id': 'session-1' };
    const details = gemini('gen_ai.client.inference.operation.details', {
      'gen_ai.request.model': 'gemini-2.5-pro',
      'gen_ai.usage.input_tokens': 1000,
    });

    expect(read('gemini-cli', [details])).toEqual([]);
    expect(
      readSpans([
        { id: 2, attributes: { ...names, 'gen_ai.operation.name': 'tool_call', 'gen_ai.tool.name': 'ls' } },
        { id: 3, attributes: { ...names, 'gen_ai.operation.name': 'llm_call', 'gen_ai.request.model': 'm' } },
      ]).records.map(({ kind }) => kind),
    ).toEqual(['other', 'other']);
  });
});

describe('Qwen Code', () => {
  it('tells the same under its own name, and what was thought is within (QwenLM/qwen-code)', () => {
    const answer = { ...ANSWER, tool_token_count: 0, output_token_count: 100, total_token_count: 1100 };
    const records = read('qwen-code', [
      gemini('qwen-code.api_response', answer),
      gemini('qwen-code.tool_call', GEMINI_TOOL),
    ]);

    expect(records).toMatchObject([
      { kind: 'inference', agentId: 'qwen-code', cost: { inputTokens: 1000, outputTokens: 100 } },
      { kind: 'tool', tool: 'run_shell_command' },
    ]);
    expect(
      readSpans([{ name: 'qwen-code.tool', attributes: { 'gen_ai.tool.name': 'ls' } }]).records,
    ).toMatchObject([{ kind: 'other' }]);
  });
});

describe('what was said', () => {
  const said = (logs: readonly object[]) =>
    readRecords(decodeLogs(logsOf(logs)), aContext()).content.map(({ kind, text, toolCallId }) => [
      kind,
      text,
      toolCallId,
    ]);

  it('to Codex, and by its tools, is found with the span that they belong to', () => {
    expect(
      said([
        codex('codex.user_prompt', { prompt_length: '8', prompt: 'List it.' }),
        codex('codex.user_prompt', { prompt_length: '8', prompt: '[REDACTED]' }),
        codex('codex.tool_result', CODEX_TOOL),
      ]),
    ).toEqual([
      ['input', 'List it.', null],
      ['tool-arguments', '{"command":"ls"}', 'call_1'],
      ['tool-result', CODEX_TOOL.output, 'call_1'],
    ]);
  });

  it('to Gemini CLI is found as well; of Claude Code nothing is kept, nor where others use such words', () => {
    const within = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };
    const request = { request_text: '[{"role":"user","parts":[{"text":"List it."}]}]' };
    // code.claude.com/docs/en/monitoring-usage; clients/gateways/README.md says what we keep of it.
    const claude = {
      body: anyValue('claude_code.user_prompt'),
      attributes: attributesOf({ prompt: 'secret' }),
    };

    expect(
      said([
        { ...gemini('gemini_cli.api_request', request), ...within },
        { ...gemini('gemini_cli.api_response', { ...ANSWER, response_text: 'Two files.' }), ...within },
        { ...gemini('gemini_cli.tool_call', GEMINI_TOOL), ...within },
        { ...claude, ...within },
        { ...gemini('some.app.request', { prompt: 'secret', arguments: '1' }), ...within },
      ]),
    ).toEqual([
      ['input', 'List it.', null],
      ['output', 'Two files.', null],
      ['tool-arguments', GEMINI_TOOL.function_args, null],
    ]);
  });
});
