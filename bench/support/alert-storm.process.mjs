/** Posts a storm of alerts at an even pace, as senders do: what is not answered 200 is sent again. */
import { request, Agent } from 'node:http';
import { nowMs, serve } from './processes.mjs';

const CONNECTIONS = 64;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

async function storm({ port, token, alerts, seconds, keys, causes }) {
  const counted = { taken: 0, opened: 0, repeated: 0, again: 0, lost: 0 };
  const waits = [];
  const startedAt = nowMs();
  const send = async (number) => {
    const body = JSON.stringify({ alerts: [alertOf(number, { keys, causes })] });
    const sentAt = nowMs();
    for (;;) {
      const { status, text, retryAfter } = await post({ port, token, body });
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

function post({ port, token, body }) {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const outgoing = request(
      { agent, host: '127.0.0.1', port, path: '/v1/alerts/generic', method: 'POST', headers },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode,
            text: Buffer.concat(chunks).toString(),
            retryAfter: Number(answer.headers['retry-after']),
          }),
        );
      },
    );
    outgoing.on('error', () => resolve({ status: 599, text: '', retryAfter: 1 }));
    outgoing.end(body);
  });
}

serve({ storm });
