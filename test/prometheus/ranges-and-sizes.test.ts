/** The rules where Prometheus selects otherwise than the one we have here, and where there is more than one query may hold. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { findProgram, FOLDER, promtool, RULES, shippedFolder } from '../support/prometheus.js';

const here = findProgram('promtool') !== undefined;
const side = here ? describe : describe.skip;

/** Those whose outcome hangs on where a long range begins; all others would take minutes to say nothing else. */
const LOOK_BACK_LONG = ['a-week.test.yml', 'silence.test.yml', 'spend-over-days.test.yml'];

const MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A range that is shorter by a millisecond leaves out the point at its left end, as Prometheus 3 does with the whole range. */
function openOnTheLeft(rules: string): string {
  const ranges = /\[(\d+)([mhd])(:\w+)?\]/gu;
  return rules.replaceAll(ranges, (_all, amount: string, unit: keyof typeof MS, step: string | undefined) => {
    const ms = Number(amount) * MS[unit] - 1;
    return `[${ms}ms${step ?? ''}]`;
  });
}

const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string().optional(), expr: z.string() })) })),
});

function queryOf(alert: string): string {
  const { groups } = Rules.parse(parse(readFileSync(join(FOLDER, RULES), 'utf8')));
  const rule = groups.flatMap(({ rules }) => rules).find((each) => each.alert === alert);
  if (rule === undefined) throw new Error(`there is no ${alert}`);
  return rule.expr;
}

/** Marks of a week, ten minutes apart, as the rules record them. */
const MARKS = 1_020;
const ALWAYS = `1x${MARKS}`;
const NOW = `0+600x${MARKS}`;

/** What is new to an agent that has used forty endpoints all week. */
function manyEndpoints(): readonly Series[] {
  const of = (endpoint: string): string => `{tenant="t",agent="busy",endpoint="${endpoint}"}`;
  const used = Array.from({ length: 40 }, (_, number) => of(`e${number}`));
  return [
    ...used.flatMap((labels) => [
      { series: `agent_endpoint:active10m${labels}`, values: ALWAYS },
      { series: `agent_endpoint:active1h${labels}`, values: ALWAYS },
    ]),
    { series: `agent_endpoint:active10m${of('new')}`, values: `_x${MARKS} 1` },
  ];
}

/** Of forty agents that have worked all week, one vanished three hours ago. */
function manyAgents(): readonly Series[] {
  const gone = `x${MARKS - 18} _x18`;
  const agent = (name: string, isGone: boolean): Series[] => {
    const labels = `{tenant="t",agent="${name}"}`;
    return [
      { series: `agent:telemetry:heard1h${labels}`, values: isGone ? `0+600${gone}` : NOW },
      { series: `agent:telemetry:series${labels}`, values: isGone ? `1${gone}` : ALWAYS },
      { series: `agent:telemetry:active1h${labels}`, values: isGone ? `1${gone}` : ALWAYS },
      { series: `agent:telemetry:least1h${labels}`, values: isGone ? `1${gone}` : ALWAYS },
    ];
  };
  return [
    ...Array.from({ length: 39 }, (_, number) => agent(`a${number}`, false)).flat(),
    ...agent('gone', true),
  ];
}

interface Series {
  readonly series: string;
  readonly values: string;
}

interface Asked {
  readonly alert: string;
  readonly series: readonly Series[];
  readonly found: string;
}

function askedAtTheEnd({ alert, series, found }: Asked): string {
  const wanted = {
    expr: `count by (agent, endpoint) (${queryOf(alert)})`,
    eval_time: '170h',
    exp_samples: [{ labels: found, value: 1 }],
  };
  return stringify({
    evaluation_interval: '10m',
    tests: [{ interval: '10m', input_series: series, promql_expr_test: [wanted] }],
  });
}

side(`the rules for Prometheus${here ? '' : ' (skipped: apt-get install prometheus)'}`, () => {
  it.each(LOOK_BACK_LONG)(
    'pass %s as well where ranges are open on the left, as in Prometheus 3',
    async (file) => {
      const folder = shippedFolder({ [RULES]: openOnTheLeft });

      const { code, said } = await promtool('test', 'rules', join(folder, 'tests', file));

      expect(code, said).toBe(0);
    },
    240_000,
  );

  it.each([
    {
      alert: 'AgentNewEndpoint',
      series: manyEndpoints(),
      found: '{agent="busy",endpoint="new"}',
    },
    { alert: 'AgentTelemetrySilent', series: manyAgents(), found: '{agent="gone"}' },
  ])('$alert asks for no more of a busy week than one query may hold', async (asked) => {
    const file = join(shippedFolder(), 'busy.test.yml');
    writeFileSync(file, askedAtTheEnd(asked));

    const { code, said } = await promtool('test', 'rules', file);

    expect(code, said.slice(-2_000)).toBe(0);
  });
});
