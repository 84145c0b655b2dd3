/**
 * The reasoning trace around an action: what the agent was told, what it thought, what it called with which arguments and
 * got back, what it said in the end. Put together from spans; what no span tells is said to be unknown.
 */
import type { ActionRecord, RecordOutcome } from './action-record.js';
import type { HeldRefusal } from './quarantine-events.js';
import type { HeldState } from './quarantine.js';
import type { JoinedTrace } from './join-trace.js';

export type TracePieceKind =
  | 'system'
  | 'input'
  | 'reasoning'
  | 'output'
  | 'tool-arguments'
  | 'tool-result'
  | 'event';

/** A piece of what was said, in the order in which its span gives it. Never to be logged. */
export interface TracePiece {
  readonly traceId: string;
  readonly spanId: string;
  readonly kind: TracePieceKind;
  readonly text: string;
  readonly atMs: number;
  /** The provider's id of the tool call that it belongs to; not unique over traces. */
  readonly toolCallId: string | null;
}

/** What became of the content of one trace. */
export type ContentState =
  /** `unstored` pieces came while there was no key; `unreadable` ones do not open any more. */
  | { readonly kind: 'stored'; readonly unstored: number; readonly unreadable: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'unstored'; readonly unstored: number }
  | { readonly kind: 'key-missing'; readonly keyId: string }
  | { readonly kind: 'unreadable' };

/** What telemetry holds around an action id, joined, before it is put into words. */
export interface TraceMaterial {
  /** Records that bear the id, oldest first. */
  readonly about: readonly ActionRecord[];
  /** Records of spans: of every trace that bears the id, and of others in its conversation. */
  readonly spans: readonly ActionRecord[];
  readonly joined: JoinedTrace;
  /** How much a clock is behind that of the spans around it, at the most. */
  readonly clockBehindMs: number;
  readonly conversation: { readonly id: string; readonly traceIds: readonly string[] } | null;
  /** What was said in the action's trace, and under its id or to decide it elsewhere: in order, each thing once. */
  readonly pieces: readonly TracePiece[];
  /** Pieces that are stored, and were too much for one answer. */
  readonly leftOut: number;
  readonly content: readonly { readonly traceId: string; readonly state: ContentState }[];
  /** Checks that the agent's guard could not report, around the time of the action. */
  readonly gaps: readonly ReportGap[];
  /** More records are stored than one answer holds. */
  readonly isCut: boolean;
  /** The newest purge; null where there was none. */
  readonly purge: { readonly keptSinceMs: number; readonly endedAtMs: number } | null;
}

/** A stretch of time in which a guard had more to report than it could. */
export interface ReportGap {
  readonly agentId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly lost: number;
}

/** How content stands, for whoever asks for what is not there. */
export interface TraceKeeping {
  /** Is there a key to keep content under now? */
  readonly keepsContent: boolean;
  /** Acts before this moment are purged, if nothing holds them. */
  readonly keptSinceMs: number;
  /** When the newest purge ended; null where there was none. */
  readonly purgedAtMs: number | null;
}

/** Where a piece stands towards the action. */
export type TraceRelation = 'action' | 'decision' | 'ancestor' | 'around';

/** `prompt`: what went in. `tool-call`: what was asked for, or done, with its arguments. */
export type TracePartName =
  | 'instructions'
  | 'prompt'
  | 'reasoning'
  | 'tool-call'
  | 'tool-result'
  | 'output'
  | 'event';

/** One piece of what was said, in its place. */
export interface TracePart {
  readonly part: TracePartName;
  readonly text: string;
  /** Characters that were left out at the end. */
  readonly cutOff: number;
  readonly at: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly toolCallId: string | null;
  readonly relation: TraceRelation;
  /** The last thing that was said in the run that the action belongs to; a trace may hold several. */
  readonly isFinal: boolean;
}

/** A span that is known, by what its record says. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly kind: ActionRecord['kind'];
  readonly agentId: string;
  readonly tool: string | null;
  readonly actionId: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: ActionRecord['outcome'];
  readonly relation: TraceRelation;
}

/** Something that is not known, and why. */
export interface TraceUnknown {
  readonly what: TracePartName | 'span' | 'decision' | 'ancestors' | 'check' | 'content' | 'clock';
  readonly why: string;
}

/** `released`: a person let it run after it was held, and no span tells what came of it. */
export type TraceOutcome = RecordOutcome | 'released';

export type TraceVerdict = 'allow' | 'deny' | 'hold';

/** What became of it in quarantine. */
export interface TraceQuarantine {
  /** `Q-7`. */
  readonly id: string;
  /** A sub-agent's attempt waits under the name of the agent that it works for. */
  readonly agentId: string;
  readonly haltId: string;
  readonly state: HeldState;
  readonly heldAt: string;
  /** Who released or rejected it, and when; null where nobody has. */
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  /** When the agent took the release up. Whether it then ran, only the agent knows. */
  readonly usedAt: string | null;
  /** Why it was refused for good; null where it was not. */
  readonly refusedBecause: HeldRefusal | null;
}

/** `GET /v1/actions/:id/trace`. */
export interface ActionTrace {
  readonly actionId: string;
  readonly agentId: string;
  readonly tool: string | null;
  readonly endpoint: string | null;
  readonly actionClass: string | null;
  readonly at: string;
  readonly outcome: TraceOutcome;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly parentActionId: string | null;
  /** What the guard said before it happened. */
  readonly check: { readonly at: string; readonly verdict: TraceVerdict } | null;
  /** What guards further on said of the same action, as a guarded MCP server does; oldest first. */
  readonly otherChecks: readonly {
    readonly agentId: string;
    readonly at: string;
    readonly verdict: TraceVerdict;
  }[];
  /** What people decided of it after its guard had said `hold`; null where it was not held. */
  readonly quarantine: TraceQuarantine | null;
  /** What was reported of it beside its span: artifacts and reviews, oldest first. */
  readonly reports: readonly {
    readonly kind: 'artifact' | 'review' | 'other';
    readonly at: string;
    readonly customerVisible: boolean;
    readonly review: ActionRecord['review'];
  }[];
  /** The inference whose answer asked for this call: found by the call's id, never by time. */
  readonly decision: {
    readonly traceId: string;
    readonly spanId: string;
    readonly toolCallId: string;
  } | null;
  /** From the action outwards. */
  readonly ancestors: readonly TraceSpan[];
  readonly conversation: { readonly id: string; readonly spans: readonly TraceSpan[] } | null;
  /** Spans of the action's trace, and of others that bear its id, in order of time. */
  readonly spans: readonly TraceSpan[];
  readonly parts: readonly TracePart[];
  readonly unknown: readonly TraceUnknown[];
}
