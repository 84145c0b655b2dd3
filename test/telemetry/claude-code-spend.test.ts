import { expect, it } from 'vitest';
import { openEngine } from '../support/engine.js';
import { anyValue, attributesOf, logsOf } from '../support/otlp.js';
import { telemetryPath } from '../support/telemetry.js';

const START = Date.parse('2026-11-13T00:00:00.000Z');

const anEvent = (name: string, attributes: Readonly<Record<string, string | number>>): object => ({
  timeUnixNano: `${START - 1000}000000`,
  body: anyValue(`claude_code.${name}`),
  attributes: attributesOf({ 'session.id': 'session-1', 'event.name': name, ...attributes }),
});

it('adds up what Claude Code says that its requests cost, once, and the tools that it ran', () => {
  const desk = openEngine({ path: telemetryPath(), now: () => START });
  const request = logsOf(
    [
      anEvent('api_request', { model: 'claude-opus-5', cost_usd: 15.5, input_tokens: 10, output_tokens: 1 }),
      anEvent('api_request', { model: 'claude-opus-5', cost_usd: 10.25, input_tokens: 20, output_tokens: 2 }),
      anEvent('tool_result', { tool_name: 'Bash', tool_use_id: 'toolu_01', success: 'true' }),
    ],
    { 'service.name': 'claude-code', 'gen_ai.agent.name': 'billing-agent' },
  );
  const send = (): void =>
    void desk.tell({
      kind: 'otlp',
      id: 1,
      ask: {
        signal: 'logs',
        format: 'json',
        isCompressed: false,
        body: new TextEncoder().encode(JSON.stringify(request)),
        receivedAtMs: START,
        boundAgentId: null,
      },
    });

  send();
  send();

  const said = desk.findings().map(({ rule, agentId, sentence }) => `${rule} ${agentId}: ${sentence}`);
  expect(said).toEqual([
    expect.stringMatching(/^cost-cap billing-agent: .*\$25\.75/u),
    expect.stringMatching(/^undeclared-tool billing-agent: .*Bash/u),
  ]);
  desk.die();
});
