import { describe, expect, it, onTestFinished } from 'vitest';
import { createSlackClients } from '../../src/slack/clients.js';
import { openWorkspace } from '../sandbox/support.js';
import type { Logged } from '../support/desk.js';

async function connect() {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.stop());
  const logged: Logged[] = [];
  const at = (level: Logged['level']) => (data: object, message: string) =>
    void logged.push({ level, data, message });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const clients = createSlackClients({ botToken: workspace.botToken, apiUrl: workspace.apiUrl, log });
  return { workspace, clients, logged };
}

describe('the two ways to Slack', () => {
  it('never hold each other up: a halt goes through while bulk is told to wait', async () => {
    const { workspace, clients } = await connect();
    workspace.faults.add({ method: 'auth.test', kind: 'ratelimited', times: 1, retryAfterSeconds: 30 });

    await expect(clients.bulk.auth.test()).rejects.toMatchObject({ retryAfter: 30 });

    await expect(clients.bulk.auth.test()).resolves.toMatchObject({ ok: true });
    await expect(clients.halt.auth.test()).resolves.toMatchObject({ ok: true });
  });

  it('try once and leave trying again to the outbox', async () => {
    const { workspace, clients } = await connect();
    workspace.faults.add({ method: 'chat.postMessage', kind: 'http_500' });

    await expect(clients.halt.chat.postMessage({ channel: 'C0X', text: 'x' })).rejects.toThrow();

    expect(workspace.calls({ method: 'chat.postMessage' })).toHaveLength(1);
  });

  it('say in the log that Slack slows us down, and quote nothing', async () => {
    const { workspace, clients, logged } = await connect();
    workspace.faults.add({ method: 'chat.postMessage', kind: 'ratelimited', times: 1 });

    await clients.bulk.chat.postMessage({ channel: 'C0X', text: 'secret words' }).catch(() => undefined);

    expect(logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { message: 'slack asks for fewer calls', data: { lane: 'bulk', method: 'chat.postMessage' } },
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/secret words|xoxb/);
  });
});
