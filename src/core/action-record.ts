/**
 * What telemetry tells about one thing that an agent did or asked to do, whoever told it (design §7). Times are
 * milliseconds since the epoch, UTC: there may be thousands of records a second, and windows are sums over minutes.
 */
import type { ActionClassName } from './action-class.js';

/** Who told: the guard before the act, a span after it, or a log record beside it. */
export type RecordOrigin = 'check' | 'span' | 'event';

/** inference: a model was asked. tool: something was done. artifact: something was written that people will see. */
export type RecordKind = 'inference' | 'tool' | 'artifact' | 'other';

export type RecordOutcome = 'ok' | 'error' | 'denied' | 'held' | 'unknown';

/** How a person looked at an artifact before it went out. Digests are over the artifact's content. */
export interface Review {
  readonly required: boolean;
  /** When it was rendered for the reviewer; not when it was asked for. */
  readonly presentedAtMs: number | null;
  readonly decidedAtMs: number | null;
  readonly reviewer: string | null;
  readonly approvedDigest: string | null;
  readonly executedDigest: string | null;
  /** Words of what was to be read; null where nobody says. */
  readonly words: number | null;
}

/** What an inference cost. `usd` is null where neither the span nor the price table says: shown as unknown. */
export interface Cost {
  readonly usd: number | null;
  readonly source: 'reported' | 'price-table' | 'unknown';
  readonly model: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** Why it is unknown; left out where it is known. */
  readonly reason?: CostGap | undefined;
}

/** The span reports an amount that is not US dollars; it says no tokens; or nobody wrote a price for its model. */
export type CostGap = 'other-currency' | 'no-usage' | 'no-price';

export interface ActionRecord {
  readonly origin: RecordOrigin;
  readonly kind: RecordKind;
  /** Minted by the guard (UUIDv7) and carried through spans; null where the agent has no guard. */
  readonly actionId: string | null;
  readonly agentId: string;
  readonly tool: string | null;
  /** The tool, `mcp:<server>/<tool>`, or method, host and path template: what "a new endpoint" is counted by. */
  readonly endpoint: string | null;
  readonly actionClass: ActionClassName | null;
  /** When it happened: the end of a span, the moment of a check. */
  readonly atMs: number;
  readonly startedAtMs: number;
  /** When it reached us. */
  readonly receivedAtMs: number;
  /** null for everything but inferences, so that an enclosing span is never counted twice. */
  readonly cost: Cost | null;
  readonly customerVisible: boolean;
  readonly review: Review | null;
  /** Lower-case hex; null for checks that carry no trace context. */
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly parentSpanId: string | null;
  readonly parentActionId: string | null;
  readonly conversationId: string | null;
  /** The provider's id of the call that a tool's span tells, where nothing that was said tells it; else left out. */
  readonly toolCallId?: string | undefined;
  readonly outcome: RecordOutcome;
}
