/** What a real Alertmanager (0.25 and later, webhook version 4) sends when `AgentSpendRate` fires for billing-agent. */
export function aPayload(startedAt: Date): object {
  const minutesBefore = (minutes: number): string =>
    new Date(startedAt.getTime() - minutes * 60_000).toISOString();
  const labels = {
    alertname: 'AgentSpendRate',
    agent: 'billing-agent',
    tool: 'stripe.refund',
    severity: 'critical',
    tripwire: 'cost-rate',
  };
  return {
    version: '4',
    groupKey: '{}:{alertname="AgentSpendRate"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'haltline',
    groupLabels: { alertname: 'AgentSpendRate' },
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.com:9093',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: {
          summary: 'billing-agent spent $41.20 in the last hour; its 7-day median is $9.80',
          action_at: minutesBefore(19),
          signal_at: minutesBefore(17),
        },
        startsAt: startedAt.toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example.com:9090/graph?g0.expr=agent%3Aspend_usd%3Aincrease1h',
        fingerprint: '6a1f0f2c3b4d5e6f',
      },
    ],
  };
}
