/** Telemetry's engine in this very process, on a file and a clock that is set by hand. */
import { contentKeys } from '../../src/telemetry/content/content-keys.js';
import { openDatabase } from '../../src/telemetry/database/open-database.js';
import { Engine } from '../../src/telemetry/engine/engine.js';
import { openTables, type Tables } from '../../src/telemetry/engine/tables.js';
import type { Finding } from '../../src/core/tripwire/finding.js';
import type { Registry } from '../../src/registry/registry.js';
import type { Ingest } from '../../src/telemetry/messages.js';
import { packRead, unpackRead } from '../../src/telemetry/reading/brought.js';
import { Reader } from '../../src/telemetry/reading/reader.js';
import { DEFAULT_TELEMETRY_LIMITS } from '../../src/telemetry/start-telemetry.js';
import type { TakenTelemetry } from '../../src/telemetry/types.js';
import { shippedRunbooks } from './shipped-runbooks.js';
import { traceRequest, type TestSpan } from './otlp-requests.js';

export interface EngineDesk {
  readonly engine: Engine;
  readonly tables: Tables;
  readonly errors: readonly string[];
  /** One request of these spans, at the clock's time. */
  take(spans: readonly TestSpan[], service?: string): TakenTelemetry | undefined;
  /** Any request, by way of a reader as a thread of its own has it. */
  tell(ingest: Ingest): TakenTelemetry | undefined;
  /** Every finding that is stored, oldest first. */
  findings(): readonly Finding[];
  /** As by SIGKILL: nothing is written any more. */
  die(): void;
}

export interface EngineDeskOptions {
  readonly path: string;
  readonly now: () => number;
  readonly registry?: Registry;
  /** Comes between the engine and its database. */
  readonly tables?: (tables: Tables) => Tables;
}

export function openEngine({ path, now, ...options }: EngineDeskOptions): EngineDesk {
  const errors: string[] = [];
  const whole = openTables(openDatabase(path), contentKeys([]));
  const tables = options.tables?.(whole) ?? whole;
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_data: object, message: string) => void errors.push(message),
  };
  const registry = options.registry ?? shippedRunbooks();
  const limits = DEFAULT_TELEMETRY_LIMITS;
  const engine = new Engine({ tables, registry, limits, now, log });
  const reader = new Reader({ registry, limits, log });
  reader.recall(engine.recent());
  const tell = (ingest: Ingest): TakenTelemetry | undefined => {
    const read = reader.read(ingest);
    return read.kind === 'answer' ? read.answer : engine.take([unpackRead(packRead(read, false))])[0];
  };
  return {
    engine,
    tables,
    errors,
    take(spans, service = 'test-service') {
      const ask = traceRequest(spans, { service, receivedAtMs: now() });
      return tell({ kind: 'otlp', id: 1, ask });
    },
    tell,
    findings: () => engine.findings({ limit: 1000 }).toReversed(),
    die: () => whole.close(),
  };
}
