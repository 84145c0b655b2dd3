/** Posts a storm of alerts at an even pace, as senders do: what is not answered 200 is sent again. */
import { nowMs, serve } from './processes.mjs';
import { openPosters } from './poster.mjs';

const CONNECTIONS = 64;

async function storm({ port, token, alerts, seconds, keys, causes }) {
  const counted = { taken: 0, opened: 0, repeated: 0, again: 0, lost: 0 };
  const waits = [];
  const { post, close } = openPosters({ port, token, path: '/v1/alerts/generic', connections: CONNECTIONS });
  const startedAt = nowMs();
  const send = async (number) => {
    const body = JSON.stringify({ alerts: [alertOf(number, { keys, causes })] });
    const sentAt = nowMs();
    for (;;) {
      const { status, text, retryAfter } = await post(body);
      if (status === 200) {
        const [{ outcome }] = JSON.parse(text).outcomes;
        counted.taken += 1;
        if (outcome in counted) counted[outcome] += 1;
        waits.push(nowMs() - sentAt);
        return;
      }
      if (status < 500) {
        counted.lost += 1;
        return;
      }
      counted.again += 1;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * (retryAfter || 1)));
    }
  };
  const under = new Set();
  for (let number = 0; number < alerts; number += 1) {
    const dueAt = startedAt + (number * seconds * 1_000) / alerts;
    if (dueAt - nowMs() > 1) await new Promise((resolve) => setTimeout(resolve, dueAt - nowMs()));
    const one = send(number).finally(() => under.delete(one));
    under.add(one);
  }
  const sentSeconds = (nowMs() - startedAt) / 1_000;
  await Promise.all(under);
  close();
  return { ...counted, waits, sentSeconds, seconds: (nowMs() - startedAt) / 1_000 };
}

function alertOf(number, { keys, causes }) {
  const key = number % keys;
  return {
    id: `storm-${key}`,
    startsAt: '2026-11-20T10:00:00Z',
    title: 'Spend is four times the median',
    agent: `storm-agent-${key}`,
    tripwire: 'cost-rate',
    labels: { alertname: `StormRule${key % causes}` },
  };
}

serve({ storm });
