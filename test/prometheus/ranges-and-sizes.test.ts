/** The rules where Prometheus selects otherwise than the one we have here, and where there is more than one query may hold. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findProgram, FOLDER, promtool, RULES, shippedFolder } from '../support/prometheus.js';

const here = findProgram('promtool') !== undefined;
const side = here ? describe : describe.skip;

const MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A range that is shorter by a millisecond leaves out the point at its left end, as Prometheus 3 does with the whole range. */
function openOnTheLeft(rules: string): string {
  const ranges = /\[(\d+)([mhd])(:\w+)?\]/gu;
  return rules.replaceAll(ranges, (_all, amount: string, unit: keyof typeof MS, step: string | undefined) => {
    const ms = Number(amount) * MS[unit] - 1;
    return `[${ms}ms${step ?? ''}]`;
  });
}

interface Busy {
  readonly agents: number;
  readonly endpoints: number;
  readonly hours: number;
  readonly evaluatedEveryMinutes: number;
}

/** All of them work all the time; at the very end one uses an endpoint that is new to it. */
function busyAgents({ agents, endpoints, hours, evaluatedEveryMinutes }: Busy): string {
  const input = Array.from({ length: agents }, (_, agent) =>
    Array.from({ length: endpoints }, (__, endpoint) => ({
      series: `agent_api_calls_total{tenant="t",agent="a${agent}",endpoint="e${endpoint}"}`,
      values: `0+5x${hours * 12}`,
    })),
  ).flat();
  const news = { series: 'agent_api_calls_total{tenant="t",agent="a0",endpoint="new"}' };
  return stringify({
    rule_files: [RULES],
    evaluation_interval: `${evaluatedEveryMinutes}m`,
    tests: [
      {
        interval: '5m',
        input_series: [...input, { ...news, values: `_x${hours * 12} 1` }],
        promql_expr_test: [
          {
            expr: 'count by (agent, endpoint) (ALERTS{alertname="AgentNewEndpoint",alertstate="firing"})',
            eval_time: `${hours}h`,
            exp_samples: [{ labels: '{agent="a0",endpoint="new"}', value: 1 }],
          },
        ],
      },
    ],
  });
}

side(`the rules for Prometheus${here ? '' : ' (skipped: apt-get install prometheus)'}`, () => {
  it.each(readdirSync(join(FOLDER, 'tests')))(
    'pass %s as well where ranges are open on the left, as in Prometheus 3',
    async (file) => {
      const folder = shippedFolder({ [RULES]: openOnTheLeft });

      const { code, said } = await promtool('test', 'rules', join(folder, 'tests', file));

      expect(code, said).toBe(0);
    },
    240_000,
  );

  it.each([
    ['forty agents in a day', { agents: 40, endpoints: 1, hours: 25, evaluatedEveryMinutes: 5 }],
    ['twelve endpoints in a week', { agents: 1, endpoints: 12, hours: 170, evaluatedEveryMinutes: 10 }],
  ])(
    'ask for no more than one query of promtool may hold: %s',
    async (_what, busy) => {
      const folder = shippedFolder();
      const file = join(folder, 'busy.test.yml');
      writeFileSync(file, busyAgents(busy));

      const { code, said } = await promtool('test', 'rules', file);

      expect(code, said.slice(-2_000)).toBe(0);
    },
    240_000,
  );
});
