import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ActionRecord } from '../../src/core/action-record.js';
import type { ReportGap } from '../../src/core/trace.js';
import { createAgentWires } from '../../src/core/tripwire/agent-wires.js';
import type { Finding } from '../../src/core/tripwire/finding.js';
import type { WireRegistry } from '../../src/core/tripwire/parameters.js';
import { wireSettings } from '../../src/core/tripwire/wire-settings.js';
import { agentTable } from '../../src/telemetry/database/agent-table.js';
import { gapTable } from '../../src/telemetry/database/gap-table.js';
import { openDatabase } from '../../src/telemetry/database/open-database.js';
import { recordTable } from '../../src/telemetry/database/record-table.js';
import { storable } from '../../src/telemetry/database/storable.js';
import { replayRecords } from '../../src/telemetry/replay/replay-records.js';
import { createTelemetry } from '../../src/telemetry/start-telemetry.js';
import type { ReplayRequest } from '../../src/telemetry/types.js';
import { aCall, AGENT, anInference, DAY, HOUR, MINUTE, someRules } from '../support/action-records.js';
import { aBurst, aQuietWeek, aRunaway } from '../support/runaway.js';
import { shippedRunbooks } from '../support/shipped-runbooks.js';
import { openTelemetry, telemetryPath } from '../support/telemetry.js';

const END = Date.parse('2026-11-20T03:12:00.000Z');
const RULES = someRules({
  rules: {
    'cost-rate': { mode: 'page', factor: 2, floorUsd: 10 },
    'call-rate': { mode: 'halt', windowMinutes: 5, factor: 3, floorCalls: 45, fromActiveHours: 1 },
    'new-endpoint': { mode: 'page' },
  },
});
const RUNAWAY = { untilMs: END, minutes: 120, usdPerMinute: 0.25 };

function stored(told: readonly ActionRecord[], lost: readonly ReportGap[] = []) {
  const database = openDatabase(':memory:');
  const records = recordTable(database, agentTable(database));
  records.add(told.map(storable));
  const gaps = gapTable(database);
  gaps.add(lost);
  return { records, gaps };
}

function request(change: Partial<ReplayRequest> = {}, rules: WireRegistry = RULES): ReplayRequest {
  return { ...rules, fromMs: END - 6 * HOUR, toMs: END, agentId: null, periods: [], ...change };
}

function replayOf(records: readonly ActionRecord[], change: Partial<ReplayRequest> = {}) {
  return replayRecords(stored(records), request(change));
}

/** The wires as they run live: every record as it arrives, and every minute in between. */
function live(records: readonly ActionRecord[]): Finding[] {
  const sorted = records.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
  let minute = Math.floor((sorted[0]?.receivedAtMs ?? 0) / MINUTE);
  const wires = createAgentWires(wireSettings(RULES, AGENT), { nowMs: minute * MINUTE });
  return sorted.flatMap((record) => {
    const findings: Finding[] = [];
    for (; minute < Math.floor(record.receivedAtMs / MINUTE); minute++)
      findings.push(...wires.advance((minute + 1) * MINUTE));
    return [...findings, ...wires.observe(record, record.receivedAtMs)];
  });
}

function plain({ rule, firedAtMs, sentence, dedupKey }: Finding) {
  return { rule, firedAtMs, sentence, dedupKey };
}

describe('a replay', () => {
  it('says what the wires said when the same records arrived', () => {
    const records = [
      ...aQuietWeek(END - 120 * MINUTE),
      ...aRunaway(RUNAWAY),
      ...aBurst('stripe.refund', 80, END - HOUR),
    ];

    const { findings } = replayOf(records);

    const said = live(records).filter(({ firedAtMs }) => firedAtMs >= END - 6 * HOUR);
    expect(said.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['cost-rate', 'call-rate']));
    expect(findings.map(plain)).toEqual(said.map(plain));
  });

  it('does not tell anew of what was going on when it begins', () => {
    const records = [...aQuietWeek(END - 120 * MINUTE), ...aRunaway(RUNAWAY)];

    const { findings } = replayOf(records, { fromMs: END - 30 * MINUTE });

    expect(findings).toEqual([]);
  });

  it('knows how long each went on', () => {
    const { findings } = replayOf([...aQuietWeek(END - 120 * MINUTE), ...aRunaway(RUNAWAY)]);

    expect(findings[0]?.untilMs).toBe(END - MINUTE);
  });

  it('takes telemetry that was sent in afterwards as if it had been on time, and counts it', () => {
    const afterwards = [...aQuietWeek(END - 120 * MINUTE), ...aRunaway(RUNAWAY)].map((record) => ({
      ...record,
      receivedAtMs: END + 5 * DAY,
    }));

    const result = replayOf(afterwards);

    expect(result.findings.map(({ rule }) => rule)).toEqual(['cost-rate']);
    expect(result.afterwards).toBe(result.records + result.learned);
  });

  it('does not see before it arrived what was some minutes late', () => {
    const late = aRunaway(RUNAWAY).map((record) => ({ ...record, receivedAtMs: record.atMs + 3 * MINUTE }));
    const onTime = replayOf([...aQuietWeek(END - 120 * MINUTE), ...aRunaway(RUNAWAY)]);

    const { findings } = replayOf([...aQuietWeek(END - 120 * MINUTE), ...late]);

    const delayMs = (findings[0]?.firedAtMs ?? 0) - (onTime.findings[0]?.firedAtMs ?? 0);
    expect(delayMs).toBe(3 * MINUTE - 2_000);
  });

  it('leaves out the time of incidents from what is usual', () => {
    const loud = aRunaway({ untilMs: END - 4 * HOUR, minutes: 5 * 1440, usdPerMinute: 0.5 });
    const records = [...aQuietWeek(END - 120 * MINUTE), ...loud, ...aRunaway(RUNAWAY)];
    const period = {
      agentId: AGENT,
      incident: 'INC-1',
      fromMs: END - 5 * DAY - 120 * MINUTE,
      toMs: END - 120 * MINUTE,
    };

    const without = replayOf(records);
    const { findings } = replayOf(records, { periods: [period] });

    expect(without.findings).toEqual([]);
    expect(findings.map(({ rule }) => rule)).toEqual(['cost-rate']);
  });

  it('looks at one agent where one is asked for', () => {
    const others = aRunaway(RUNAWAY).map((record, index) => ({
      ...record,
      agentId: 'support-agent',
      spanId: (index + 10_000).toString(16).padStart(16, '0'),
    }));
    const records = [...aQuietWeek(END - 120 * MINUTE), ...others];

    const all = replayOf(records);
    const one = replayOf(records, { agentId: AGENT });

    const said = all.findings.map(({ agentId, rule }) => `${agentId} ${rule}`);
    expect(said).toContain('support-agent unknown-agent');
    expect(one.findings.map(({ agentId, rule }) => `${agentId} ${rule}`)).toEqual(['billing-agent silence']);
    expect([all.agents, one.agents]).toEqual([2, 1]);
  });

  it('tells of silence, minute by minute, up to its end', () => {
    const rules = someRules({ rules: { silence: { mode: 'page', afterMinutes: 30 } } });
    const records = [
      anInference(0.1, { atMs: END - 3 * HOUR }),
      aCall('email.send', { atMs: END - 2 * HOUR }),
    ];

    const { findings } = replayRecords(stored(records), request({}, rules));

    expect(findings.map(({ rule, firedAtMs }) => [rule, firedAtMs])).toEqual([
      ['silence', END - 3 * HOUR + 31 * MINUTE],
      ['silence', END - 2 * HOUR + 31 * MINUTE],
    ]);
  });

  it('holds a silence against what was heard before its beginning, as it was lived', () => {
    const rules = someRules({ rules: { silence: { mode: 'page', afterMinutes: 120 } } });
    const records = [anInference(0.1, { atMs: END - 3 * HOUR })];
    const from = (fromMs: number) =>
      replayRecords(stored(records), request({ fromMs }, rules)).findings.map(({ firedAtMs }) => firedAtMs);

    expect(from(END - 90 * MINUTE)).toEqual([END - 59 * MINUTE]);
    expect(from(END - 30 * MINUTE)).toEqual([]);
  });

  it('finds the silence whose incident was opened in the same minute', () => {
    const rules = someRules({ rules: { silence: { mode: 'page', afterMinutes: 30 } } });
    const records = [anInference(0.1, { atMs: END - 3 * HOUR })];
    const firedAtMs = END - 3 * HOUR + 31 * MINUTE;
    const period = { agentId: AGENT, incident: 'INC-1', fromMs: firedAtMs + 200, toMs: null };

    const { findings } = replayRecords(stored(records), request({ periods: [period] }, rules));

    expect(findings.map((finding) => finding.firedAtMs)).toEqual([firedAtMs]);
  });

  it('does not call an agent silent whose clock is ahead', () => {
    const rules = someRules({ rules: { silence: { mode: 'page', afterMinutes: 30 } } });
    const AHEAD = 10 * MINUTE;
    const heard = (agentId: string, aheadMs: number, everyMs: number) =>
      Array.from({ length: Math.floor((4 * HOUR) / everyMs) }, (_, index) => {
        const receivedAtMs = END - 4 * HOUR + index * everyMs;
        const spanId = `${agentId === AGENT ? 1 : 2}${index}`.padStart(16, '0');
        return anInference(0.1, { agentId, atMs: receivedAtMs + aheadMs, receivedAtMs, spanId });
      });
    const records = [...heard(AGENT, AHEAD, 24 * MINUTE), ...heard('support-agent', 0, MINUTE)];

    const { findings } = replayRecords(stored(records), request({ fromMs: END - 3 * HOUR }, rules));

    expect(findings.filter(({ rule }) => rule === 'silence')).toEqual([]);
  });

  it('takes the first call of an agent for unchecked, where its guard is always to be asked', () => {
    const rules = someRules({ rules: { 'enforcement-gap': { mode: 'page', guarded: 'always' } } });
    const call = aCall('stripe.refund', { atMs: END - HOUR, actionId: 'act-1' });

    const { findings } = replayRecords(stored([call]), request({}, rules));

    expect(findings.map(({ rule }) => rule)).toContain('enforcement-gap');
  });

  it('takes no call for unchecked whose guard said that it lost the report', () => {
    const rules = someRules({ rules: { 'enforcement-gap': { mode: 'page', guarded: 'always' } } });
    const before = anInference(0.1, { atMs: END - 2 * HOUR });
    const call = aCall('stripe.refund', { atMs: END - HOUR, actionId: 'act-1' });
    const gap = { agentId: AGENT, fromMs: END - HOUR - 1000, toMs: END - HOUR, lost: 1 };
    const rulesMet = (lost: readonly ReportGap[]) =>
      replayRecords(stored([before, call], lost), request({}, rules)).findings.map(({ rule }) => rule);

    expect(rulesMet([])).toContain('enforcement-gap');
    expect(rulesMet([gap])).not.toContain('enforcement-gap');
  });

  it('says from when on anything is stored at all', () => {
    const { oldestMs } = replayOf([anInference(0.1, { atMs: END - 2 * HOUR })]);

    expect(oldestMs).toBe(END - 2 * HOUR);
    expect(replayOf([]).oldestMs).toBeNull();
  });

  it('runs beside ingest: what arrives meanwhile is stored, and nothing of the replay is', async () => {
    const telemetry = await openTelemetry();
    await telemetry.takeRecords(aQuietWeek(END - 120 * MINUTE));
    const before = await telemetry.findings({ limit: 10 });

    const replaying = telemetry.replay(request());
    const taken = await telemetry.takeRecords(aRunaway(RUNAWAY));

    expect(taken).toMatchObject({ kind: 'stored' });
    await replaying;
    const { findings } = await telemetry.replay(request());
    expect(findings.map(({ rule }) => rule)).toContain('cost-rate');
    expect(await telemetry.findings({ limit: 10 })).toEqual(before);
    const database = new Database(telemetry.path, { readonly: true });
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
  });

  it('ends when whoever asked has gone, and refuses when too many ask', async () => {
    const telemetry = await openTelemetry();
    const gone = new AbortController();

    const asked = Array.from({ length: 6 }, () => telemetry.replay(request(), gone.signal).catch(String));
    await pause(1);
    gone.abort();

    const answers = await Promise.all(asked);
    expect(answers.at(-1)).toContain('Other replays are under way');
    expect(answers[0]).toContain('ended before it had read everything');
    await expect(telemetry.replay(request())).resolves.toMatchObject({ found: 0 });
  });

  it('asks for patience where the database is not open yet, in place of failing', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const options = { databasePath: telemetryPath(), registry: shippedRunbooks(), log };
    const { telemetry, up } = createTelemetry(options);
    onTestFinished(() => telemetry.close());

    const asked = telemetry.replay(request());

    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    await up;
    await expect(telemetry.replay(request())).resolves.toMatchObject({ found: 0 });
  });
});
