/** What the rest of the house may ask of telemetry. It lives in a worker thread with a database file of its own. */
import type { ActionRecord } from '../core/action-record.js';
import type { IncidentHold, PurgeReport } from '../core/retention.js';
import type { TraceKeeping, TraceMaterial } from '../core/trace.js';
import type { Finding, TripwireMode } from '../core/tripwire/finding.js';
import type { WireRegistry } from '../core/tripwire/parameters.js';
import type { ReplayedFinding } from '../core/tripwire/replay.js';

export type Signal = 'traces' | 'logs';

/** One OTLP/HTTP request, undecoded: decompressing and decoding are the worker's. */
export interface OtlpRequest {
  readonly signal: Signal;
  readonly format: 'json' | 'protobuf';
  /** With gzip, or with zlib (HTTP's `deflate`): the bytes tell which. */
  readonly isCompressed: boolean;
  readonly body: Uint8Array;
  readonly receivedAtMs: number;
  /** A token that is bound to an agent speaks for that agent only; null for one that speaks for all. */
  readonly boundAgentId: string | null;
}

/** One request of `POST /v1/actions`: JSON that the worker parses. */
export type ActionsRequest = Omit<OtlpRequest, 'signal' | 'format'>;

/** One fault of a body, where it stands. */
export interface TelemetryFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * stored: it survives a crash from here on; `rejected` spans were understood and refused (partial success).
 * invalid: do not send it again. tooLarge: after decompression. busy: send it again after `retryAfterSeconds`.
 */
export type TakenTelemetry =
  | {
      readonly kind: 'stored';
      readonly accepted: number;
      readonly rejected: number;
      readonly message: string | null;
    }
  | { readonly kind: 'invalid'; readonly message: string; readonly faults?: readonly TelemetryFault[] }
  /** It speaks for an agent that the token may not speak for: nothing of it was stored. */
  | { readonly kind: 'forbidden'; readonly message: string }
  | { readonly kind: 'tooLarge'; readonly message: string }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** A stretch of stored telemetry, for a replay. */
export interface TelemetryRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly agentId: string | null;
}

/** While people worked on an incident of this agent, or it was halted: kept out of what counts as usual. */
export interface IncidentPeriod {
  readonly agentId: string;
  /** `INC-7`, or the order `H-7`; the same again replaces what was said of it. */
  readonly incident: string;
  readonly fromMs: number;
  /** null while it is open. */
  readonly toMs: number | null;
}

/** Rules to hold stored records against. Plain data: it goes to a thread. */
export interface ReplayRequest extends WireRegistry {
  readonly fromMs: number;
  readonly toMs: number;
  readonly agentId: string | null;
  /** Kept out of what counts as usual. */
  readonly periods: readonly IncidentPeriod[];
}

export interface ReplayResult {
  /** In order of time; of `found` the first ten thousand. */
  readonly findings: readonly ReplayedFinding[];
  readonly found: number;
  readonly agents: number;
  /** Records within the range, and those before it that only say what was usual. */
  readonly records: number;
  readonly learned: number;
  /** Of both, those that arrived more than an hour after the act: replayed as if they had arrived with it. */
  readonly afterwards: number;
  /** The oldest act that is stored at all; null where there is none. */
  readonly oldestMs: number | null;
}

/** Which stored findings to read; what is left out does not limit. */
export interface FindingFilter {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly agentId?: string;
  readonly dedupKey?: string;
  readonly mode?: TripwireMode;
  readonly limit: number;
}

export interface Telemetry {
  /** False while it starts, and while it cannot: nothing watches then. */
  isUp(): boolean;
  /** Never rejects: what goes wrong is in the answer. The body is given away: it must not be used afterwards. */
  takeOtlp(request: OtlpRequest): Promise<TakenTelemetry>;
  /** Checks, artifacts and reviews (`ActionReports`), unparsed. Never rejects. The body is given away. */
  takeActions(request: ActionsRequest): Promise<TakenTelemetry>;
  /** Records of this process's own making. Never rejects. */
  takeRecords(records: readonly ActionRecord[]): Promise<TakenTelemetry>;
  /**
   * One listener, one finding at a time. A finding is confirmed once the promise resolves; until then it is handed
   * over again, after a restart too: at least once.
   */
  onFinding(listener: (finding: Finding) => Promise<void>): void;
  /** Series for `/metrics` in Prometheus' text format, written where they are counted. */
  exposition(): Promise<Uint8Array>;
  /** Resolves once it is durable. */
  excludePeriods(periods: readonly IncidentPeriod[]): Promise<void>;
  /** Every finding ever made, shadow ones included, newest first. */
  findings(filter: FindingFilter): Promise<readonly Finding[]>;
  /** In order of time, in batches. */
  readRecords(range: TelemetryRange): AsyncIterable<readonly ActionRecord[]>;
  /** What the wires would have said by these rules. Reads only. DomainError `unavailable` where it cannot be ended. */
  replay(request: ReplayRequest, signal?: AbortSignal): Promise<ReplayResult>;
  /** What is stored around an action id, opened; `about` is empty where nothing bears it. */
  trace(actionId: string): Promise<{ readonly material: TraceMaterial; readonly keeping: TraceKeeping }>;
  /**
   * Deletes what is older than its time, once a day (UTC): null where that is done. What is in `holds` is kept, and
   * nothing else is held. A purge is given again until `purgeReported`; one that was broken off goes on.
   */
  purge(ask: {
    readonly nowMs: number;
    readonly holds: readonly IncidentHold[];
  }): Promise<PurgeReport | null>;
  purgeReported(purgeId: number): Promise<void>;
  /** Takes nothing new, finishes what it has taken. */
  close(): Promise<void>;
}
