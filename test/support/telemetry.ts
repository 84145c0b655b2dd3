/** Telemetry as the house has it: the compiled worker and a database file, closed when the test ends. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ActionRecord } from '../../src/core/action-record.js';
import type { Finding } from '../../src/core/tripwire/finding.js';
import { startTelemetry, type TelemetryOptions } from '../../src/telemetry/start-telemetry.js';
import type { Telemetry, TelemetryRange } from '../../src/telemetry/types.js';
import type { Logged } from './desk.js';
import { temporaryFolder } from './processes.js';
import { shippedRunbooks } from './shipped-runbooks.js';

export interface RunningTelemetry extends Telemetry {
  readonly path: string;
  readonly logged: readonly Logged[];
  /** All of it. */
  readAll(range?: Partial<TelemetryRange>): Promise<ActionRecord[]>;
  /** `/metrics`, as text. */
  metrics(): Promise<string>;
}

export function telemetryPath(): string {
  return join(temporaryFolder(), 'telemetry.db');
}

export async function openTelemetry(options: Partial<TelemetryOptions> = {}): Promise<RunningTelemetry> {
  const path = options.databasePath ?? telemetryPath();
  const logged: Logged[] = [];
  const at = (level: Logged['level']) => (data: object, message: string) =>
    void logged.push({ level, message, data });
  const telemetry = await startTelemetry({
    databasePath: path,
    registry: shippedRunbooks(),
    log: { info: at('info'), warn: at('warn'), error: at('error') },
    ...options,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= telemetry.close());
  onTestFinished(close);
  return {
    ...telemetry,
    close,
    path,
    logged,
    readAll: async (range = {}) => {
      const all: ActionRecord[] = [];
      const whole = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, agentId: null, ...range };
      for await (const page of telemetry.readRecords(whole)) all.push(...page);
      return all;
    },
    metrics: async () => Buffer.from(await telemetry.exposition()).toString(),
  };
}

/** Collects findings; `take` resolves with the first that fits. */
export function collectFindings(telemetry: Telemetry, refuse: (finding: Finding) => boolean = () => false) {
  const findings: Finding[] = [];
  const waiting: {
    readonly fits: (finding: Finding) => boolean;
    readonly tell: (finding: Finding) => void;
  }[] = [];
  telemetry.onFinding(async (finding) => {
    findings.push(finding);
    const isRefused = refuse(finding);
    for (const { fits, tell } of waiting) if (fits(finding)) tell(finding);
    if (isRefused) throw new Error('not now');
  });
  const take = (fits: (finding: Finding) => boolean): Promise<Finding> =>
    new Promise((resolve) => {
      const known = findings.find(fits);
      if (known !== undefined) resolve(known);
      else waiting.push({ fits, tell: resolve });
    });
  return { findings, take };
}

/** The value of one series of `/metrics`. */
export function valueOf(metrics: string, series: string): number | undefined {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
