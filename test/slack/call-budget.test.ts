import { describe, expect, it, onTestFinished } from 'vitest';
import { createCallBudget, type Call } from '../../src/slack/call-budget.js';
import { createSlackClients } from '../../src/slack/clients.js';
import { openWorkspace } from '../sandbox/support.js';
import { openDesk } from '../support/desk.js';

const UPDATE: Call = { method: 'chat.update', channel: 'C1' };
const post = (channel: string): Call => ({ method: 'chat.postMessage', channel });

function openBudget() {
  let ms = 0;
  const budget = createCallBudget({ nowMs: () => ms });
  return { budget, pass: (byMs: number) => void (ms += byMs) };
}

describe('what Slack allows', () => {
  it('is kept over hours: fifty edits at once, and fifty a minute', () => {
    const { budget, pass } = openBudget();
    let made = 0;
    for (let second = 0; second < 600; second += 1) {
      for (let call = 0; call < 20; call += 1) if (budget.ask('bulk', UPDATE) === 0) made += 1;
      pass(1_000);
    }

    expect(made).toBeLessThanOrEqual(550);
    expect(made).toBeGreaterThan(540);
  });

  it('is a message a second in each channel, and the next channel has its own', () => {
    const { budget } = openBudget();
    const asked = Array.from({ length: 7 }, () => budget.ask('bulk', post('C1')));

    expect(asked.map((waitMs) => waitMs > 0)).toEqual([false, false, false, false, false, true, true]);
    expect(budget.ask('bulk', post('C2'))).toBe(0);
  });

  it('tells each to come after the one before, so that they do not all come back at once', () => {
    const { budget } = openBudget();
    for (let call = 0; call < 5; call += 1) budget.ask('bulk', post('C1'));

    expect([1, 2, 3].map(() => budget.ask('bulk', post('C1')))).toEqual([1_000, 2_000, 3_000]);
  });

  it('never holds back what belongs to a halt, and cards move on meanwhile', () => {
    const { budget } = openBudget();
    const halts = Array.from({ length: 60 }, () => budget.ask('halt', UPDATE));

    expect(new Set(halts)).toEqual(new Set([0]));
    expect(budget.ask('bulk', UPDATE)).toBe(0);
  });

  it('is less where Slack says so', () => {
    const { budget, pass } = openBudget();
    budget.stop(UPDATE, 30_000);
    const held = [budget.ask('bulk', UPDATE), budget.ask('halt', UPDATE)];
    pass(30_000);

    expect(held).toEqual([30_000, 30_000]);
    expect(budget.ask('bulk', UPDATE)).toBe(0);
  });

  it('lets pages to one person come one after the other once Slack has refused one, and cards in turns of their own', () => {
    const { budget, pass } = openBudget();
    budget.stop(post('D1'), 1_000);
    const told = [1, 2, 3].map(() => budget.ask('halt', post('D1')));
    const card = budget.ask('bulk', post('D1'));
    pass(1_000);

    expect([...told, card]).toEqual([1_000, 2_000, 3_000, 1_000]);
    expect(budget.ask('halt', post('D1'))).toBe(0);
  });

  it('holds nobody longer for those who were told to wait and never came back', () => {
    const { budget, pass } = openBudget();
    for (let call = 0; call < 60; call += 1) budget.ask('bulk', post('C1'));
    pass(120_000);
    for (let call = 0; call < 5; call += 1) budget.ask('bulk', post('C1'));

    expect(budget.ask('bulk', post('C1'))).toBe(1_000);
  });

  it('leaves alone what Slack allows hundreds of times', () => {
    const { budget } = openBudget();

    expect(budget.ask('bulk', { method: 'auth.test', channel: null })).toBe(0);
  });
});

it('a call beyond the budget does not reach Slack, and fails as one that Slack would not take yet', async () => {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.stop());
  const { deps } = await openDesk();
  const { botToken, apiUrl } = workspace;
  const { budget } = openBudget();
  const clients = createSlackClients({ botToken, apiUrl, log: deps.log, budget });
  const channel = (await clients.bulk.conversations.create({ name: 'storm' })).channel?.id ?? '';
  for (let call = 0; call < 5; call += 1) await clients.bulk.chat.postMessage({ channel, text: 'x' });

  await expect(clients.bulk.chat.postMessage({ channel, text: 'x' })).rejects.toMatchObject({
    retryAfter: 1,
  });
  await expect(clients.halt.chat.postMessage({ channel, text: 'x' })).resolves.toMatchObject({ ok: true });

  expect(workspace.calls({ method: 'chat.postMessage' })).toHaveLength(6);
});
