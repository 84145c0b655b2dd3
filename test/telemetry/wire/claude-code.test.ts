/** Claude Code's own log records and spans, in the form that versions 2.1.x send them. */
import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../../src/core/action-record.js';
import { recordKey } from '../../../src/telemetry/database/record-key.js';
import { readRecords } from '../../../src/telemetry/wire/read-records.js';
import type { ReadingContext } from '../../../src/telemetry/wire/reading-context.js';
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

const STANDARD = { 'session.id': 'session-1', 'user.id': 'u-1', 'terminal.type': 'vscode' };

const anEvent = (name: string, attributes: Attributes): object => ({
  timeUnixNano: `${START_MS}000000`,
  body: anyValue(`claude_code.${name}`),
  attributes: attributesOf({ ...STANDARD, 'event.name': name, 'event.sequence': 3, ...attributes }),
});

const REQUEST = {
  model: 'claude-haiku-4-5-20251001',
  cost_usd: 0.026,
  duration_ms: 1500,
  input_tokens: 10,
  output_tokens: 39,
  cache_read_tokens: 25_192,
  cache_creation_tokens: 11_802,
  request_id: 'req_1',
  query_source: 'repl_main_thread',
};
const TOOL = { tool_name: 'Bash', tool_use_id: 'toolu_01', success: 'true', duration_ms: 57 };

function read(
  events: readonly object[],
  resource: Attributes = {},
  context: Partial<ReadingContext> = {},
): readonly ActionRecord[] {
  const request = logsOf(events, { 'service.name': 'claude-code', ...resource });
  return readRecords(decodeLogs(request), aContext(context)).records;
}

describe("Claude Code's log records", () => {
  it('tell what each request to a model cost, with what its caches saved', () => {
    expect(read([anEvent('api_request', REQUEST)])).toMatchObject([
      {
        origin: 'event',
        kind: 'inference',
        agentId: 'claude-code',
        atMs: START_MS,
        startedAtMs: START_MS - 1500,
        conversationId: 'session-1',
        outcome: 'ok',
        cost: {
          usd: 0.026,
          source: 'reported',
          model: 'claude-haiku-4-5-20251001',
          inputTokens: 37_004,
          outputTokens: 39,
        },
      },
    ]);
  });

  it('are read also where numbers came as text, as older versions send them', () => {
    const asText = Object.fromEntries(Object.entries(REQUEST).map(([name, value]) => [name, String(value)]));

    expect(read([anEvent('api_request', asText)])[0]?.cost).toMatchObject({
      usd: 0.026,
      inputTokens: 37_004,
    });
  });

  it('without a cost are priced by the table, each kind of token at its own price; else it is unknown', () => {
    const { cost_usd: _, ...unpriced } = REQUEST;
    const price = {
      inputPerMillion: 1,
      outputPerMillion: 5,
      cacheReadPerMillion: 0.1,
      cacheWritePerMillion: 1.25,
    };
    const prices = new Map([['claude-haiku-4-5', price]]);

    const [priced] = read([anEvent('api_request', unpriced)], {}, { prices });
    const [unknown] = read([anEvent('api_request', unpriced)]);

    const usd = (10 * 1 + 25_192 * 0.1 + 11_802 * 1.25 + 39 * 5) / 1_000_000;
    expect(priced?.cost?.usd).toBeCloseTo(usd, 12);
    expect(unknown?.cost).toMatchObject({ usd: null, reason: 'no-price' });
  });

  it('tell which tool ran, under the id that its hook has asked with, and how it ended', () => {
    const failed = { ...TOOL, tool_use_id: 'toolu_02', success: 'false', error_type: 'ShellError' };

    expect(read([anEvent('tool_result', TOOL), anEvent('tool_result', failed)])).toMatchObject([
      { kind: 'tool', tool: 'Bash', endpoint: 'Bash', actionId: 'toolu_01', outcome: 'ok', cost: null },
      { kind: 'tool', tool: 'Bash', endpoint: 'Bash', actionId: 'toolu_02', outcome: 'error' },
    ]);
  });

  it('name a tool of an MCP server as hooks and inventories do, where details are told', () => {
    const tool_parameters = JSON.stringify({ mcp_server_name: 'github', mcp_tool_name: 'create_issue' });
    const event = anEvent('tool_result', { ...TOOL, tool_name: 'mcp_tool', tool_parameters });

    expect(read([event])).toMatchObject([
      { tool: 'mcp__github__create_issue', endpoint: 'mcp:github/create_issue' },
    ]);
  });

  it('belong to the process, whatever kind of sub-agent made the request', () => {
    const bySubAgent = anEvent('api_request', { ...REQUEST, 'agent.name': 'Explore' });
    const named = { 'gen_ai.agent.id': 'release-bot' };

    expect(read([bySubAgent])[0]?.agentId).toBe('claude-code');
    expect(read([bySubAgent], named)[0]?.agentId).toBe('release-bot');
    expect(read([bySubAgent], named, { boundAgentId: 'bound' })[0]?.agentId).toBe('bound');
  });

  it('that tell of a request which failed are no cost', () => {
    const error = { model: REQUEST.model, error: 'overloaded', status_code: '529', duration_ms: 20 };

    expect(read([anEvent('api_error', error)])).toMatchObject([
      { kind: 'inference', outcome: 'error', cost: { usd: null, inputTokens: null, reason: 'no-usage' } },
    ]);
  });

  it('of any other kind are no acts, and neither is what merely calls itself alike', () => {
    const others = ['user_prompt', 'tool_decision', 'assistant_response', 'of_a_later_version'];
    const strange = { body: anyValue('api_request'), attributes: attributesOf(REQUEST) };

    expect(read([...others.map((name) => anEvent(name, { ...REQUEST, ...TOOL })), strange])).toEqual([]);
  });

  it('are two where two requests or tools end in one millisecond, and one where one is sent again', () => {
    const requests = [REQUEST, { ...REQUEST, output_tokens: 40 }].map((each) => anEvent('api_request', each));
    const { tool_use_id: _, ...oldTool } = TOOL;
    const tools = [TOOL, { ...TOOL, tool_use_id: 'toolu_02' }, oldTool, { ...oldTool, duration_ms: 58 }];
    const events = [...requests, ...tools.map((each) => anEvent('tool_result', each))];

    const keys = [...read(events), ...read(events)].map(recordKey);

    expect(keys).toHaveLength(12);
    expect(new Set(keys).size).toBe(6);
  });
});

describe("Claude Code's spans", () => {
  it('count nothing, for its log records tell of the same requests and tools', () => {
    const { records } = readSpans([
      {
        id: 2,
        parent: 1,
        name: 'claude_code.llm_request',
        attributes: {
          ...REQUEST,
          'gen_ai.system': 'anthropic',
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': REQUEST.model,
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.response.id': 'req_1',
        },
      },
      {
        id: 3,
        parent: 1,
        name: 'claude_code.tool',
        attributes: { ...TOOL, 'gen_ai.tool.name': 'Bash', 'gen_ai.tool.call.id': 'toolu_01' },
      },
      { id: 1, name: 'claude_code.interaction', attributes: STANDARD },
    ]);

    expect(records.map(({ kind, cost }) => [kind, cost])).toEqual([
      ['other', null],
      ['other', null],
      ['other', null],
    ]);
  });
});
