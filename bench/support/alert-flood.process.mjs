/**
 * Posts alerts about one incident after the other, as many at once as connections, as fast as they are answered; and
 * telemetry beside them, where a token for it is given.
 */
import { randomBytes } from 'node:crypto';
import { serve } from './processes.mjs';

const CONNECTIONS = 16;
const TELEMETRY_CONNECTIONS = 4;
const SPANS_A_POST = 100;
let flooding = false;
let workers = [];
const counted = { answered: 0, accepted: 0, spans: 0 };
let startedAt = 0;

async function flood({ port, token }) {
  for (let index = 0; flooding; index += 1) {
    const alert = {
      id: `bench-${index % 5}/billing-agent`,
      status: 'firing',
      startsAt: new Date().toISOString(),
      title: 'Spend is four times the median',
      agent: 'billing-agent',
      tripwire: 'cost-rate',
    };
    const response = await fetch(`http://127.0.0.1:${port}/v1/alerts/generic`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ alerts: [alert] }),
    }).catch(() => undefined);
    await response?.arrayBuffer();
    counted.answered += 1;
    if (response?.ok) counted.accepted += 1;
  }
}

async function trace({ port, telemetryToken }) {
  while (flooding) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { authorization: `Bearer ${telemetryToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(spans()),
    }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) counted.spans += SPANS_A_POST;
  }
}

function spans() {
  const endTimeUnixNano = `${Date.now()}000000`;
  const attributes = [
    { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
    { key: 'gen_ai.agent.name', value: { stringValue: 'billing-agent' } },
    { key: 'gen_ai.usage.cost', value: { doubleValue: 0.000_01 } },
  ];
  const of = () => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'chat',
    kind: 3,
    startTimeUnixNano: endTimeUnixNano,
    endTimeUnixNano,
    attributes,
  });
  return { resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: SPANS_A_POST }, of) }] }] };
}

serve({
  start: async (input) => {
    flooding = true;
    startedAt = performance.now();
    workers = Array.from({ length: CONNECTIONS }, () => flood(input));
    if (input.telemetryToken !== undefined)
      workers.push(...Array.from({ length: TELEMETRY_CONNECTIONS }, () => trace(input)));
  },
  stop: async () => {
    flooding = false;
    await Promise.all(workers);
    return { ...counted, seconds: (performance.now() - startedAt) / 1_000 };
  },
});
