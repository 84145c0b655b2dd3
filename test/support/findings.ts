import type { Finding } from '../../src/core/tripwire/finding.js';
import { START } from './desk.js';

/** What the cost wire says of the shipped billing agent. */
export function aFinding(change: Partial<Finding> = {}): Finding {
  const firedAtMs = Date.parse(START);
  return {
    tripwire: 'cost-rate',
    rule: 'cost-rate',
    mode: 'page',
    agentId: 'billing-agent',
    tool: 'stripe.refund',
    actionClass: 'external-api-call',
    firedAtMs,
    actionAtMs: firedAtMs - 120_000,
    signalAtMs: firedAtMs - 60_000,
    sentence: 'billing-agent: $41.20 in the hour to 03:12, 7-day median $9.80, limit $19.60 (UTC).',
    dedupKey: 'cost-rate:cost-rate:billing-agent:2026-11-20T03:12Z',
    chart: null,
    actionIds: ['action-1'],
    traceIds: [],
    ...change,
  };
}
