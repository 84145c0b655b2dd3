/**
 * What was answered 200 is there, whenever the process is killed. HALTLINE_TELEMETRY_SEEDS=7,8 plays those instead.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('telemetry of a process that is killed', () => {
  it.each(SEEDS)(
    'holds everything that was answered, and counts it once (seed %i)',
    async (seed) => {
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
        await sleep(50 + roll() * 1_500);
        bot.process.kill('SIGKILL');
        await Promise.all([bot.ended, ...sending]);
      }

      const last = startBotProcess(settings);
      await untilReady(url, last);
      const text = await countersOf(url);
      await last.stop();

      const telemetry = await openTelemetry({ databasePath: databasePath.replace(/\.db$/, '.telemetry.db') });
      const records = await telemetry.readAll();
      const stored = new Set(records.map(({ spanId }) => spanId));
      expect([...answered.keys()].filter((spanId) => !stored.has(spanId))).toEqual([]);
      expect(answered.size).toBeGreaterThan(0);
      expect(stored.size).toBe(records.length);
      const spent = valueOf(text, 'agent_spend_usd_total{tenant="default",agent="billing-agent"}') ?? 0;
      expect(spent).toBeCloseTo(records.length * 0.001, 6);
    },
    240_000,
  );
});

/** What it has counted, once it counts again. */
async function countersOf(url: string): Promise<string> {
  for (;;) {
    const { text } = await ask(url, '/metrics', { token: BOT_TOKEN });
    if (/^haltline_telemetry_up 1$/m.test(text)) return text;
    await sleep(200);
  }
}
