/** Tells the control plane's telemetry what this guard was asked and said, beside the halting: it never delays an action. */
import type { ActiveSpan } from './attributes.js';
import { attributesOf } from './attributes.js';
import type { Clock } from './clock.js';
import type { Judged } from './compiled-rules.js';
import type { HttpClient } from './http-client.js';
import { MODEL_CLASS } from './model-class.js';
import {
  artifactReport,
  checkReport,
  reviewReport,
  type Artifact,
  type Report,
  type Reviewed,
  type SpanPlace,
  type Verdict,
} from './report.js';
import { ReportLane } from './report-lane.js';

/** Where a guard's reports go. Never throws. */
export interface Reporting {
  checked(attempt: Judged, verdict: Verdict): void;
  artifact(agentId: string, artifact: Artifact): void;
  reviewed(agentId: string, reviewed: Reviewed): void;
  /** Reports that a thread or process under this guard has made. */
  passOn(reports: readonly Report[]): void;
}

export interface Reporter extends Reporting {
  flush(patienceMs: number): Promise<void>;
  stop(): void;
}

export interface ReporterOptions {
  readonly client: Pick<HttpClient, 'post'>;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
  readonly activeSpan?: (() => ActiveSpan | undefined) | undefined;
}

/** A token may speak for one agent only: each has a lane of its own, so that one that is refused hinders no other. */
export function createReporter({ client, clock, onTrouble, activeSpan }: ReporterOptions): Reporter {
  const lanes = new Map<string, ReportLane>();
  const laneOf = (agentId: string): ReportLane => {
    const known = lanes.get(agentId);
    if (known !== undefined) return known;
    const lane = new ReportLane({ agentId, client, onTrouble });
    lanes.set(agentId, lane);
    return lane;
  };
  const reporting = createReporting({ clock, activeSpan }, (agentId, make, atMs) =>
    laneOf(agentId).add(make, atMs),
  );
  return {
    ...reporting,
    flush: async (patienceMs) =>
      void (await Promise.all([...lanes.values()].map((lane) => lane.flush(patienceMs)))),
    stop: () => lanes.forEach((lane) => lane.stop()),
  };
}

type Add = (agentId: string, make: () => Report, atMs: number) => void;

/** The same, wherever the reports go then. */
export function createReporting(
  { clock, activeSpan }: Pick<ReporterOptions, 'clock' | 'activeSpan'>,
  add: Add,
): Reporting {
  return {
    checked(attempt, verdict) {
      // A model call is no act: its span tells it.
      if (attempt.actionClass === MODEL_CLASS) return;
      const place = activeSpan === undefined ? undefined : markSpan(activeSpan, attempt);
      const atMs = clock().wallMs;
      // Without its parameters, which may be large and are nobody's business here.
      const { agentId, actionId, tool, actionClass } = attempt;
      const make = () => checkReport({ agentId, actionId, tool, actionClass }, { verdict, atMs, place });
      add(agentId, make, atMs);
    },
    artifact(agentId, artifact) {
      const atMs = clock().wallMs;
      add(agentId, () => artifactReport(agentId, artifact, atMs), atMs);
    },
    reviewed(agentId, reviewed) {
      const atMs = clock().wallMs;
      add(agentId, () => reviewReport(agentId, reviewed, atMs), atMs);
    },
    passOn(reports) {
      for (const report of reports) add(report.agentId, () => report, clock().wallMs);
    },
  };
}

/** Puts the action's id on the span that is open now. The agent's tracing must not break its guard. */
function markSpan(activeSpan: () => ActiveSpan | undefined, attempt: Judged): SpanPlace | undefined {
  try {
    const span = activeSpan();
    span?.setAttributes({ ...attributesOf(attempt) });
    const { traceId, spanId } = span?.spanContext() ?? {};
    return traceId === undefined || spanId === undefined ? undefined : { traceId, spanId };
  } catch {
    return undefined;
  }
}
