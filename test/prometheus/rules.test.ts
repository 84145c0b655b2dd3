/** The files that ship for Prometheus, held against the programs that read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { TripwireName } from '../../src/core/alert.js';
import { loadRegistry } from '../../src/registry/load-registry.js';
import { findProgram, FOLDER, promtool, RULES, shippedFolder } from '../support/prometheus.js';

const here = findProgram('promtool') !== undefined;
const REASON = 'there is no promtool on this machine (apt-get install prometheus)';
const withPromtool = here ? describe : describe.skip;

const Rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string().optional(),
          labels: z.record(z.string(), z.string()).optional(),
          annotations: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  ),
});

const alerts = Rules.parse(parse(readFileSync(join(FOLDER, RULES), 'utf8')))
  .groups.flatMap(({ rules }) => rules)
  .flatMap(({ alert = '', labels = {}, annotations = {} }) =>
    alert === '' ? [] : [{ alert, labels, annotations }],
  );
const registry = loadRegistry(new URL('../../runbooks', import.meta.url).pathname);

describe('the alerts for Prometheus', () => {
  it('are those that the contract names', () => {
    expect(alerts.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'AgentSpendRate',
        'AgentSpendRateNoBaseline',
        'AgentCallRate',
        'AgentNewEndpoint',
        'AgentReviewBypassed',
        'AgentReviewTooFast',
        'AgentUndeclaredTool',
        'AgentToolInventoryMissing',
        'AgentTelemetrySilent',
      ]),
    );
  });

  it.each(alerts)('$alert says which tripwire it is, whom to page, and its numbers', (each) => {
    const { tripwire, severity, route } = each.labels;
    const wire = TripwireName.parse(tripwire);
    const roles: readonly string[] = registry.routes.get(wire)?.roles ?? [];

    expect(Object.keys(each.labels).toSorted()).toEqual(['route', 'severity', 'tripwire']);
    expect(severity).toBe('page');
    expect(roles[0]).toBe(route);
    expect(registry.alertNames.get(each.alert) ?? wire).toBe(wire);
    expect(Object.keys(each.annotations)).toEqual(['summary']);
  });
});

/** What the rules must not lose, though nothing looks wrong without it. */
const WITHOUT: readonly [what: string, from: string, to: string][] = [
  [
    'the arm for series that are born with their event',
    ' > 0\n              unless ',
    ' > 1e9\n              unless ',
  ],
  ['the guard for a lost inventory', 'and on (tenant) count by (tenant) (agent_tool_declared) > 0', ''],
  ['the other spelling of a bucket', 'le=~"30(\\\\.0)?"', 'le="30"'],
];

function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the rules do not say ${from}`);
  return text.replaceAll(from, to);
}

withPromtool(`promtool${here ? '' : ` (skipped: ${REASON})`}`, () => {
  it('takes the configuration that ships, with its rules', async () => {
    const { code, said } = await promtool('check', 'config', join(FOLDER, 'prometheus.yml'));

    expect({ code, said }).toMatchObject({
      code: 0,
      said: expect.stringContaining('rules found') as unknown,
    });
  });

  it.each(readdirSync(join(FOLDER, 'tests')))(
    'passes %s',
    async (file) => {
      const { code, said } = await promtool('test', 'rules', join(FOLDER, 'tests', file));

      expect(code, said).toBe(0);
    },
    240_000,
  );

  it.each(WITHOUT)(
    'its tests notice when the rules lose %s',
    async (_what, from, to) => {
      const folder = shippedFolder({ [RULES]: (text) => replaced(text, from, to) });

      const { code } = await promtool('test', 'rules', join(folder, 'tests', 'reviews-and-tools.test.yml'));

      expect(code).toBe(1);
    },
    240_000,
  );
});
