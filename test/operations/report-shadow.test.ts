import { describe, expect, it } from 'vitest';
import { shadowReport } from '../../blocks/shadow-report.js';
import { rulesInShadow } from '../../src/core/tripwire/shadow-rules.js';
import type { Transaction } from '../../src/store/types.js';
import type { Deps } from '../../src/operations/deps.js';
import { readShadowReport } from '../../src/operations/detection/read-warnings.js';
import { shadowReporter } from '../../src/operations/detection/report-shadow.js';
import { loadRegistry } from '../../src/registry/load-registry.js';
import type { Registry } from '../../src/registry/registry.js';
import type { RuleOverrides } from '../../src/core/tripwire/parameters.js';
import { openByAlert, openDesk } from '../support/desk.js';
import { aQuietWeek, aRunaway } from '../support/runaway.js';
import { openTelemetry, type RunningTelemetry } from '../support/telemetry.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const shipped = loadRegistry('runbooks');

function withRules(rules: RuleOverrides): Registry {
  return {
    ...shipped,
    tripwires: { ...shipped.tripwires, rules: { ...shipped.tripwires.rules, ...rules } },
  };
}

const SHADOWED = withRules({
  'cost-rate': { mode: 'shadow', floorUsd: 10 },
  'call-rate': { mode: 'shadow' },
});

interface Night {
  readonly deps: Deps;
  readonly telemetry: RunningTelemetry;
  /** One turn of the chore, as many hours later. */
  report(hoursLater: number): Promise<void>;
  reports(): Promise<number>;
}

/** A desk whose clock runs ahead of the real one, which telemetry goes by. */
async function aNight(registry = SHADOWED): Promise<Night> {
  let aheadMs = 0;
  const telemetry = await openTelemetry({ registry });
  const now = (): string => new Date(Date.now() + aheadMs).toISOString();
  const { deps } = await openDesk({ now, registry: () => registry });
  return {
    deps,
    telemetry,
    report: async (hoursLater) => {
      aheadMs += hoursLater * HOUR;
      await shadowReporter(deps, telemetry)();
    },
    reports: async () =>
      (await deps.store.readStream('tripwires')).filter(({ type }) => type === 'shadow:reported').length,
  };
}

async function runAway({ telemetry }: Night): Promise<void> {
  const untilMs = Date.now();
  await telemetry.takeRecords(aQuietWeek(untilMs - 2 * HOUR));
  await telemetry.takeRecords(aRunaway({ untilMs, minutes: 120, usdPerMinute: 0.25 }));
}

async function textOf({ deps }: Night): Promise<string> {
  const due = await deps.store.transact((tx) => allDue(tx));
  const key = due.find((each) => each.startsWith('shadow-report:')) ?? '';
  const report = await readShadowReport(deps.store, key.replace('shadow-report:', ''));
  if (report === undefined) throw new Error('there is no report');
  return JSON.stringify(shadowReport(report));
}

/** Of one place only the first is due: the next when that has been posted. */
async function allDue(tx: Transaction, except: string[] = []): Promise<string[]> {
  const wanted = { lane: 'bulk', now: '2126-01-01T00:00:00.000Z', limit: 100, except } as const;
  const due = (await tx.surfaces.due(wanted)).map(({ key }) => key);
  return due.length === 0 ? except : allDue(tx, [...except, ...due]);
}

describe('the report of rules in shadow', () => {
  it('says after a day how often a rule would have fired, when, and that no incident was about it', async () => {
    const night = await aNight();
    await night.report(0);
    await runAway(night);
    await night.report(25);

    const text = await textOf(night);

    expect(text).toContain('*cost-rate* would have fired once in 25 h: billing-agent');
    expect(text).toContain('it overlapped no incident');
    expect(text).toContain('7-day median $0.60');
    expect(text).toContain('*call-rate* would not have fired in 25 h');
  });

  it('names the incident that it overlapped', async () => {
    const night = await aNight();
    await night.report(0);
    await runAway(night);
    await openByAlert(night.deps);
    await night.report(25);

    expect(await textOf(night)).toContain('overlapped INC-1');
  });

  it('comes once a day, also from two processes at once and after a restart', async () => {
    const night = await aNight();
    await night.report(0);
    await night.report(23);
    expect(await night.reports()).toBe(0);

    await Promise.all([night.report(2), night.report(0)]);
    await night.report(1);
    expect(await night.reports()).toBe(1);

    await night.report(24);
    expect(await night.reports()).toBe(2);
  });

  it('wakes nobody and opens nothing', async () => {
    const night = await aNight();
    await night.report(0);
    await runAway(night);
    await night.report(25);

    expect(await night.deps.store.incidents({ limit: 10 })).toEqual([]);
    expect((await night.deps.store.readStream('tripwires')).map(({ type }) => type)).toEqual([
      'shadow:reported',
    ]);
  });

  it('says nothing where no rule is in shadow', async () => {
    const night = await aNight(shipped);
    await night.report(0);
    await night.report(48);

    expect(await night.reports()).toBe(0);
  });
});

describe('rules in shadow', () => {
  it('are those that the file puts there, those that it forgets, and those of single agents', () => {
    const registry: Registry = {
      ...shipped,
      tripwires: {
        lateMinutes: 5,
        rules: { 'cost-rate': { mode: 'page' }, 'call-rate': { mode: 'shadow' } },
        agents: new Map([
          ['billing-agent', { rules: { 'cost-rate': { mode: 'shadow' } }, tools: new Map() }],
        ]),
      },
    };

    const rules = rulesInShadow(registry);

    expect(rules).toContainEqual({ rule: 'cost-rate', agents: ['billing-agent'], isWritten: true });
    expect(rules).toContainEqual({ rule: 'call-rate', agents: null, isWritten: true });
    expect(rules).toContainEqual({ rule: 'silence', agents: null, isWritten: false });
  });
});
