/**
 * What was answered 200 is there, whenever the process is killed. HALTLINE_TELEMETRY_SEEDS=7,8 plays those instead.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../src/sandbox/slack/wait-for.js';
import type { SandboxWorkspace } from '../../src/sandbox/slack/workspace.js';
import {
  ask,
  BOT_TOKEN,
  botSettings,
  makeToken,
  startBotProcess,
  untilReady,
} from '../support/bot-process.js';
import { aChat, traceBody, type TestSpan } from '../support/otlp-requests.js';
import { openStoryWorkspace } from '../support/story-workspace.js';
import { openTelemetry, valueOf } from '../support/telemetry.js';

const SEEDS = (process.env['HALTLINE_TELEMETRY_SEEDS'] ?? '1,2,3').split(',').map(Number);
const DEATHS = 3;
const SENDERS = 4;
const SPANS = 25;

let workspace: SandboxWorkspace;
beforeAll(async () => {
  workspace = await openStoryWorkspace();
});
afterAll(() => workspace.stop());

/** Numbers in [0, 1), the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Sends until nobody answers, and repeats first what was not answered: what was, is noted. */
async function sendUntilDeath(url: string, token: string, answered: Map<string, TestSpan>): Promise<void> {
  for (;;) {
    const spans = Array.from({ length: SPANS }, () => aChat({ usd: 0.001 }));
    const body = traceBody(spans);
    try {
      const response = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: Buffer.from(body),
      });
      await response.arrayBuffer();
      if (response.status === 200) for (const span of spans) answered.set(span.spanId, span);
    } catch {
      return;
    }
  }
}

/** Dies again and again while it is sent to; what it knows in the end. */
async function dieUnderLoad(seed: number) {
  const roll = dice(seed);
  const settings = await botSettings(workspace);
  const { url, databasePath } = settings;
  const answered = new Map<string, TestSpan>();
  let token: string | undefined;
  for (let death = 0; death < DEATHS; death += 1) {
    const bot = startBotProcess(settings);
    await untilReady(url, bot);
    token ??= await makeToken(url, { scopes: ['activity'] });
    const sending = Array.from({ length: SENDERS }, () => sendUntilDeath(url, token ?? '', answered));
    // Later lives may end before telemetry is up; the first has something to lose, however slow the machine.
    if (death === 0) await untilAnswered(answered);
    await sleep(50 + roll() * 1_500);
    bot.process.kill('SIGKILL');
    await Promise.all([bot.ended, ...sending]);
  }
  const last = startBotProcess(settings);
  await untilReady(url, last);
  const metrics = await countersOf(url);
  await last.stop();
  return { metrics, answered, databasePath: databasePath.replace(/\.db$/, '.telemetry.db') };
}

describe('telemetry of a process that is killed', () => {
  it('holds everything that was answered, and counts it once', async () => {
    const lives = await Promise.all(SEEDS.map(dieUnderLoad));

    for (const [index, { metrics, answered, databasePath }] of lives.entries()) {
      const which = `HALTLINE_TELEMETRY_SEEDS=${SEEDS[index]}`;
      const records = await (await openTelemetry({ databasePath })).readAll();
      const stored = new Set(records.map(({ spanId }) => spanId));
      const lost = [...answered.keys()].filter((spanId) => !stored.has(spanId));
      expect(lost, which).toEqual([]);
      expect(answered.size, which).toBeGreaterThan(0);
      expect(stored.size, which).toBe(records.length);
      const spent = valueOf(metrics, 'agent_spend_usd_total{tenant="default",agent="billing-agent"}') ?? 0;
      expect(spent, which).toBeCloseTo(records.length * 0.001, 6);
    }
  }, 120_000);
});

function untilAnswered(answered: ReadonlyMap<string, TestSpan>): Promise<true> {
  return waitFor(async () => (answered.size > 0 ? true : undefined), {
    timeoutMs: 30_000,
    everyMs: 20,
    what: 'a first answer',
  });
}

/** What it has counted, once it counts again. */
function countersOf(url: string): Promise<string> {
  return waitFor(
    async () => {
      const { text } = await ask(url, '/metrics', { token: BOT_TOKEN });
      return /^haltline_telemetry_up 1$/m.test(text) ? text : undefined;
    },
    { timeoutMs: 30_000, everyMs: 100, what: 'telemetry to be up' },
  );
}
