/** An agent spends money; its own exporter tells us; people are called, with the numbers, before anybody has asked. */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { ask, makeToken } from '../support/bot-process.js';
import { withBot } from '../support/story-bot.js';
import { textOf } from '../support/story-workspace.js';
import { valueOf } from '../support/telemetry.js';

const story = withBot();

const until = <T>(look: () => Promise<T | undefined>, what: string): Promise<T> =>
  story.workspace.waitFor(look, { timeoutMs: 20_000, what });

/** As an agent is instrumented: a provider, a batch processor, the project's own exporter. */
async function spend(token: string, usd: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'billing-service' }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${story.url}/v1/traces`, headers })),
    ],
  });
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.agent.name': 'billing-agent',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.cost.amount': usd,
    'gen_ai.usage.cost.currency': 'USD',
  };
  provider.getTracer('billing').startSpan('chat gpt-4o', { kind: 2, attributes }).end();
  await provider.shutdown();
}

describe('an agent spends more than it may', () => {
  it('opens an incident with a channel, a card that says how much, and a page', async () => {
    const token = await makeToken(story.url, { scopes: ['activity'] });

    await spend(token, 41.2);

    const channel = await until(
      async () => (await story.workspace.channels()).find(({ name }) => name.startsWith('inc-1')),
      'the channel',
    );
    expect(channel.name).toBe('inc-1-billing-agent-cost-rate');
    const card = await until(async () => (await story.workspace.pins(channel.id)).at(0), 'the pinned card');
    expect(textOf(card)).toContain('billing-agent: $41.20 in the hour to');
    await until(
      async () =>
        (await story.workspace.dms('U0OWNER1')).find((message) => textOf(message).includes('you are paged')),
      'the page',
    );
  });

  it('has a chain that begins with the act, and a figure for every gap that is known', async () => {
    const { json } = await ask(story.url, '/v1/incidents/INC-1');

    expect(json).toMatchObject({
      chain: {
        action: expect.anything() as unknown,
        signal: expect.anything() as unknown,
        trigger: expect.anything() as unknown,
      },
    });
  });

  it('stays one incident while the burst goes on, and counts all of it', async () => {
    const token = await makeToken(story.url, { scopes: ['activity'] });

    await spend(token, 10);

    const metrics = await until(async () => {
      const { text } = await ask(story.url, '/metrics', { token: null });
      const spent = valueOf(text, 'agent_spend_usd_total{tenant="default",agent="billing-agent"}');
      return spent === 51.2 ? text : undefined;
    }, 'the counter');
    expect(valueOf(metrics, 'haltline_incidents_open{kind="incident"}')).toBe(1);
  });
});
