/** One stream of records, told to Haltline's own wires and, as `/metrics` shows it, to Prometheus' rules. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAgentWires } from '../../src/core/tripwire/agent-wires.js';
import type { Finding, TripwireRule } from '../../src/core/tripwire/finding.js';
import { wireSettings } from '../../src/core/tripwire/wire-settings.js';
import { CountedActions, countRecord } from '../../src/telemetry/metrics/count-record.js';
import { createCounters } from '../../src/telemetry/metrics/counters.js';
import { learningSample, writeExposition } from '../../src/telemetry/metrics/exposition.js';
import { MINUTE } from '../support/action-records.js';
import { findProgram, promtool, RULES, shippedFolder } from '../support/prometheus.js';
import { registryWith } from '../support/registry-with.js';
import { aDayAndMore, AGENTS, LASTS_MINUTES, NEWBORN } from './a-day-and-more.js';
import { Scrapes, unitTestFile, type Expectation } from './unit-test-file.js';

const here = findProgram('promtool') !== undefined;
const side = here ? describe : describe.skip;

const ALERT_OF: Partial<Record<TripwireRule, string>> = {
  'cost-rate': 'AgentSpendRate',
  'cost-cap': 'AgentSpendRateNoBaseline',
  'call-rate': 'AgentCallRate',
  'call-cap': 'AgentCallRateNoBaseline',
  'new-endpoint': 'AgentNewEndpoint',
  'review-bypassed': 'AgentReviewBypassed',
  'review-too-fast': 'AgentReviewTooFast',
  'undeclared-tool': 'AgentUndeclaredTool',
};

/** What the wires say of the stream, and what was there to scrape at each minute. */
function watch(): { findings: Finding[]; scrapes: Scrapes } {
  const registry = registryWith([...AGENTS, NEWBORN], ['stripe.refund', 'email.send']);
  const wires = new Map(
    [...AGENTS, NEWBORN].map((id) => [id, createAgentWires(wireSettings(registry, id), { nowMs: 0 })]),
  );
  const counting = {
    counters: createCounters({ perMetric: 1000, perAgent: 100 }),
    calls: new CountedActions(1000),
    artifacts: new CountedActions(1000),
    settingsOf: (agentId: string) => wireSettings(registry, agentId),
  };
  const scrapes = new Scrapes();
  const findings: Finding[] = [];
  const records = aDayAndMore();
  let next = 0;
  for (let minute = 0; minute <= LASTS_MINUTES; minute++) {
    for (const each of wires.values()) findings.push(...each.advance(minute * MINUTE));
    const learning = [...wires].flatMap(([agentId, each]) => {
      const untilMs = each.learningUntilMs(minute * MINUTE);
      return untilMs === null ? [] : [{ agentId, untilMs }];
    });
    scrapes.take(writeExposition(registry, counting.counters, [learningSample(learning)]));
    for (; (records[next]?.atMs ?? Infinity) < (minute + 1) * MINUTE; next++) {
      const record = records[next];
      if (record === undefined) break;
      countRecord(record, counting);
      findings.push(...(wires.get(record.agentId)?.observe(record, record.receivedAtMs) ?? []));
    }
  }
  return { findings, scrapes };
}

/** Prometheus fires at the minute before or after: not earlier than that, and not later. */
function withinOneStep({ rule, agentId, firedAtMs }: Finding): Expectation[] {
  const minute = Math.floor(firedAtMs / MINUTE);
  const which = `alertname="${ALERT_OF[rule]}",agent="${agentId}"`;
  return [
    { expr: `group(count_over_time(ALERTS{${which}}[6h]))`, minute: minute - 1, yields: [] },
    { expr: `group(ALERTS{${which},alertstate="firing"})`, minute: minute + 1, yields: ['{}'] },
  ];
}

side(`the rules for Prometheus${here ? '' : ' (skipped: apt-get install prometheus)'}`, () => {
  it('fire when Haltline’s own wires do, within one evaluation, and for nothing else', async () => {
    const { findings, scrapes } = watch();
    const compared = findings.filter(({ rule }) => ALERT_OF[rule] !== undefined);
    const pairs = [
      ...new Set(compared.map(({ rule, agentId }) => `{agent="${agentId}", alertname="${ALERT_OF[rule]}"}`)),
    ];
    const folder = shippedFolder();
    const file = join(folder, 'stream.test.yml');
    const all = { expr: 'group by (agent, alertname) (count_over_time(ALERTS[6h]))', minute: LASTS_MINUTES };
    const expectations = [...compared.flatMap(withinOneStep), { ...all, yields: pairs }];
    writeFileSync(file, unitTestFile(RULES, scrapes, expectations));

    const { code, said } = await promtool('test', 'rules', file);

    expect(new Set(compared.map(({ rule }) => rule))).toEqual(new Set(Object.keys(ALERT_OF)));
    expect(findings.filter(({ rule }) => ALERT_OF[rule] === undefined)).toEqual([]);
    expect(code, said.slice(-4_000)).toBe(0);
  }, 240_000);
});
