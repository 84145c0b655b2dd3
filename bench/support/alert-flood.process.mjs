/** Posts alerts about one incident after the other, as many at once as connections, as fast as they are answered. */
import { serve } from './processes.mjs';

const CONNECTIONS = 16;
let flooding = false;
let workers = [];
const counted = { answered: 0, accepted: 0 };
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

serve({
  start: async (input) => {
    flooding = true;
    startedAt = performance.now();
    workers = Array.from({ length: CONNECTIONS }, () => flood(input));
  },
  stop: async () => {
    flooding = false;
    await Promise.all(workers);
    return { ...counted, seconds: (performance.now() - startedAt) / 1_000 };
  },
});
