/** What the decoder hands on, and what reading makes of it. Times are milliseconds since the epoch. */
import type { ActionClassName } from '../../core/action-class.js';
import type { ActionRecord } from '../../core/action-record.js';
import type { TracePiece } from '../../core/trace.js';

/** A value of an attribute or body. Integers beyond 2^53 are kept as decimal text, bytes as base64. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | {
      /** A key-value list. */
      readonly [key: string]: Value;
    };

/** The attributes that we know, one slot per meaning (`SLOT` in attribute-names.ts), whatever they were called. */
export type Slots = readonly (Value | undefined)[];

/** Flattened messages of older instrumentations: `gen_ai.prompt.0.content` and the like, in order of arrival. */
export type FlatAttributes = readonly (readonly [key: string, value: Value])[];

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string;
  readonly atMs: number;
  readonly slots: Slots;
  readonly flat: FlatAttributes;
}

/** A span that is valid as OTLP. Ids are lower-case hex. */
export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly slots: Slots;
  readonly flat: FlatAttributes;
  readonly events: readonly SpanEvent[];
  /** Of the process that it ran in. */
  readonly resource: Slots;
}

/** A log record. Ids are null where it belongs to no span. */
export interface DecodedLog {
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly name: string;
  /** When it happened, else when it was observed; null where neither is said. */
  readonly atMs: number | null;
  readonly body: Value;
  readonly slots: Slots;
  readonly flat: FlatAttributes;
  readonly resource: Slots;
}

/** One request, decoded. `rejected` spans or log records were understood and refused; `message` says why. */
export interface Decoded {
  readonly spans: readonly DecodedSpan[];
  readonly events: readonly DecodedLog[];
  readonly rejected: number;
  readonly message: string | null;
}

export type { TracePiece as ContentPiece, TracePieceKind as ContentKind } from '../../core/trace.js';

/** US dollars for a million tokens. A cache price that is left out is the price of input. */
export interface Price {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly cacheReadPerMillion?: number | undefined;
  readonly cacheWritePerMillion?: number | undefined;
}
export type Prices = ReadonlyMap<string, Price>;

/** Of the registry, what reading needs: who is an agent, and the classes of its tools. */
export interface RegistryView {
  readonly agents: ReadonlyMap<
    string,
    {
      readonly tools: readonly {
        readonly name: string;
        readonly actionClass: ActionClassName;
      }[];
    }
  >;
}

/**
 * A span that was recorded under its `service.name`, because no enclosing span had told its agent yet: spans arrive when
 * they end, so children arrive before their parents. Now a parent has told. The stored record and the rollups of its minute
 * are to be moved.
 */
export interface AgentCorrection {
  readonly traceId: string;
  readonly spanId: string;
  readonly fromAgentId: string;
  readonly toAgentId: string;
  /** The class of its tool for the agent that it turned out to be. */
  readonly actionClass: ActionClassName | null;
}

/**
 * A tool span that was counted, although the span around it tells of the same call: that one came later, or in between. The
 * stored record and the rollups of its minute are to be taken back.
 */
export interface NestedCall {
  readonly traceId: string;
  readonly spanId: string;
  /** The span that the call is counted by. */
  readonly within: string;
}

/** What is to be mended of what was stored before. */
export type Correction = AgentCorrection | NestedCall;

/** Who said something in a trace of which it sent no record. */
export interface Teller {
  readonly traceId: string;
  readonly agentId: string;
  readonly atMs: number;
}

export interface ReadTelemetry {
  readonly records: readonly ActionRecord[];
  readonly content: readonly TracePiece[];
  readonly tellers: readonly Teller[];
  readonly corrections: readonly Correction[];
}
