/** `/metrics` of a server that has heard all sorts of names, held against the program that reads it. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aToken, openHttpDesk } from '../support/http-desk.js';
import { findProgram } from '../support/prometheus.js';
import { openTelemetry } from '../support/telemetry.js';

const here = findProgram('promtool') !== undefined;
const side = here ? describe : describe.skip;

const HOSTILE = [
  'say "hello"',
  'C:\\temp\\n',
  'two\nlines',
  'tab\tbell\u0007',
  'return\r\nend',
  'emoji 🦊',
  '\ud800 alone',
  'nul\u0000nul',
  '{le="30"} 1',
  ' leading and trailing ',
];

async function scraped(): Promise<{ readonly type: string; readonly text: string }> {
  const telemetry = await openTelemetry();
  const desk = await openHttpDesk({ now: () => new Date().toISOString(), http: { telemetry } });
  const token = await aToken(desk, { scopes: ['guard'] });
  const at = new Date().toISOString();
  const actions = HOSTILE.flatMap((tool, index) => [
    { kind: 'check', actionId: `act-${index}`, agentId: 'billing-agent', at, tool, verdict: 'allow' },
    { kind: 'check', actionId: `other-${index}`, agentId: tool, at, tool: 'stripe.refund', verdict: 'allow' },
  ]);
  for (const action of actions) await desk.post('/v1/actions', [action], token);
  const { headers, payload } = await desk.ask({
    method: 'GET',
    url: '/metrics',
    token: null,
    headers: { accept: 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1' },
  });
  return { type: String(headers['content-type']), text: payload };
}

side(`what Prometheus scrapes${here ? '' : ' (skipped: apt-get install prometheus)'}`, () => {
  it('is read by promtool without a complaint, whatever agents and tools are called', async () => {
    const { type, text } = await scraped();

    const { status, stdout, stderr } = spawnSync(
      findProgram('promtool') ?? 'promtool',
      ['check', 'metrics'],
      {
        input: text,
        encoding: 'utf8',
      },
    );

    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('tool="say \\"hello\\""');
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  it('holds each series once', async () => {
    const { text } = await scraped();
    const series = text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));

    expect(series.toSorted()).toEqual([...new Set(series)].toSorted());
  });
});
