/** What `/metrics` says of agents: the contract that the rules for Prometheus are written against. */
import { describe, expect, it } from 'vitest';
import type { ActionRecord } from '../../src/core/action-record.js';
import { wireSettings } from '../../src/core/tripwire/wire-settings.js';
import { CountedActions, countRecord } from '../../src/telemetry/metrics/count-record.js';
import { createCounters } from '../../src/telemetry/metrics/counters.js';
import { writeExposition } from '../../src/telemetry/metrics/exposition.js';
import { aCall, aCheck, AGENT, anArtifact, anInference, aReview } from '../support/action-records.js';
import { registryWith } from '../support/registry-with.js';

/** The lines of a metric once these records were counted, without their tenant. */
function exposed(metric: string, tools: readonly string[], records: readonly ActionRecord[]): string[] {
  const registry = registryWith([AGENT], tools);
  const counting = {
    counters: createCounters({ perMetric: 100, perAgent: 100 }),
    calls: new CountedActions(100),
    artifacts: new CountedActions(100),
    settingsOf: (agentId: string) => wireSettings(registry, agentId),
  };
  for (const record of records) countRecord(record, counting);
  const text = writeExposition(registry, counting.counters, []);
  return text
    .split('\n')
    .flatMap((line) =>
      line.startsWith(`${metric}{tenant="default",agent="${AGENT}"`)
        ? [line.replace(`{tenant="default",agent="${AGENT}"`, '{').replace('{,', '{').replace('{}', '')]
        : [],
    );
}

describe('the series for Prometheus', () => {
  it('count spend, and each act once however often it is told', () => {
    const records = [
      anInference(0.25),
      anInference(0.5),
      anInference(null),
      aCheck('stripe.refund', { actionId: 'act-1' }),
      aCall('stripe.refund', { actionId: 'act-1' }),
    ];

    expect(exposed('agent_spend_usd_total', [], records)).toEqual(['agent_spend_usd_total 0.75']);
    expect(exposed('agent_tool_calls_total', ['stripe.refund'], records)).toEqual([
      'agent_tool_calls_total{tool="stripe.refund"} 1',
    ]);
    expect(exposed('agent_api_calls_total', [], records)).toEqual([
      'agent_api_calls_total{endpoint="stripe.refund"} 1',
    ]);
  });

  it('count no spend that no call can have, for a counter never falls and never forgets', () => {
    const records = [anInference(0.25), anInference(-5), anInference(1e9), anInference(Number.NaN)];

    expect(exposed('agent_spend_usd_total', [], records)).toEqual(['agent_spend_usd_total 0.25']);
  });

  it('declare each used name that a name with * stands for, and no other', () => {
    const records = [aCall('db.orders.read'), aCall('shell.exec')];

    expect(exposed('agent_tool_declared', ['db.*'], records)).toEqual([
      'agent_tool_declared{tool="db.*"} 1',
      'agent_tool_declared{tool="db.orders.read"} 1',
    ]);
  });

  it('call a tool by its address where the address is what was declared', () => {
    const records = [
      aCall('delete', { endpoint: 'mcp:files/delete' }),
      aCall('delete', { endpoint: 'mcp:payroll/delete' }),
    ];

    expect(exposed('agent_tool_calls_total', ['mcp:files/*'], records)).toEqual([
      'agent_tool_calls_total{tool="mcp:files/delete"} 1',
      'agent_tool_calls_total{tool="delete"} 1',
    ]);
    expect(exposed('agent_tool_declared', ['mcp:files/*'], records)).toEqual([
      'agent_tool_declared{tool="mcp:files/*"} 1',
      'agent_tool_declared{tool="mcp:files/delete"} 1',
    ]);
  });

  it('tell bypassed reviews from others, and have a bucket at 30 seconds from the first review on', () => {
    const fast = aReview({ presentedAtMs: 0, decidedAtMs: 12_000 });
    const records = [anArtifact(null), anArtifact(fast), anArtifact(aReview())];

    expect(exposed('agent_customer_artifacts_total', [], records)).toEqual([
      'agent_customer_artifacts_total{review="bypassed"} 1',
      'agent_customer_artifacts_total{review="approved"} 2',
    ]);
    const buckets = exposed('agent_review_duration_seconds_bucket', [], records);
    expect(buckets).toContain('agent_review_duration_seconds_bucket{le="10"} 0');
    expect(buckets).toContain('agent_review_duration_seconds_bucket{le="30"} 1');
    expect(buckets).toContain('agent_review_duration_seconds_bucket{le="+Inf"} 2');
  });
});
