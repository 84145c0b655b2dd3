/**
 * Remembers the spans of recent traces: who encloses whom, which agent was told where, and which inference was counted.
 * Spans arrive when they end, so a child comes before its parent, often batches before. What a child needs of a parent that
 * is not here yet waits at the parent's place, and moves up as places are filled. Bounded: the trace that was touched longest
 * ago is forgotten first; its late parents correct nothing any more.
 */
import type { ActionClassName } from '../../core/action-class.js';

/** A span that was recorded under its service's name and waits for an ancestor to tell its agent. */
export interface Orphan {
  readonly spanId: string;
  readonly agentId: string;
  readonly tool: string | null;
  /** As the span itself says; null where the inventory of its agent decides. */
  readonly statedClass: ActionClassName | null;
}

/** Calls to a model that were made within a span and said their usage. */
export interface InferenceBelow {
  readonly responseIds: Set<string>;
  anonymous: boolean;
}

/**
 * `boundary`: what is within is another call: a tool, or an agent. `recalled`: a step, or an agent; after a restart nobody
 * knows which.
 */
export type PlaceKind = 'inference' | 'tool' | 'boundary' | 'step' | 'recalled';

/** One span, or the place of one that has not arrived (`seen` is false). */
export interface Place {
  readonly spanId: string;
  seen: boolean;
  kind: PlaceKind;
  parentSpanId: string | null;
  /** Told by the span itself. */
  agentId: string | null;
  actionId: string | null;
  tool: string | null;
  responseId: string | null;
  /** For inference: was it counted? null while nobody has judged. */
  counted: boolean | null;
  below: InferenceBelow | null;
  orphans: Orphan[] | null;
  /** Calls that were counted, and wait to hear whether this is the tool that they are within. */
  calls: Place[] | null;
}

/** A counted call by its response id, to know a second telling of it beside the first. */
export interface CountedCall {
  readonly spanId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export interface Trace {
  readonly places: Map<string, Place>;
  readonly calls: Map<string, CountedCall[]>;
}

/** An ancestor that is further away is none: links may run in circles. */
const FURTHEST = 64;

export class Ancestry {
  readonly #maxSpans: number;
  readonly #traces = new Map<string, Trace>();
  #spans = 0;
  #lastId = '';
  #last: Trace | null = null;

  constructor({ maxSpans }: { readonly maxSpans: number }) {
    this.#maxSpans = maxSpans;
  }

  /** How many spans are remembered. */
  get size(): number {
    return this.#spans;
  }

  /** The trace, as the one touched last. */
  trace(traceId: string): Trace {
    if (this.#last !== null && this.#lastId === traceId) return this.#last;
    const known = this.#traces.get(traceId);
    const trace: Trace = known ?? { places: new Map(), calls: new Map() };
    if (known !== undefined) this.#traces.delete(traceId);
    this.#traces.set(traceId, trace);
    this.#lastId = traceId;
    this.#last = trace;
    return trace;
  }

  /** The place of a span, seen or not. */
  place(trace: Trace, spanId: string): Place {
    const known = trace.places.get(spanId);
    if (known !== undefined) return known;
    const place = emptyPlace(spanId);
    trace.places.set(spanId, place);
    this.#spans += 1;
    return place;
  }

  /** Forgets what is too much. To be called between batches: places of the present one are in use. */
  forget(): void {
    this.#last = null;
    this.#lastId = '';
    for (const [traceId, trace] of this.#traces) {
      if (this.#spans <= this.#maxSpans) return;
      this.#traces.delete(traceId);
      this.#spans -= trace.places.size;
    }
  }

  /** The places around a span, from the inside out, to the first that has not arrived (which is the last given). None is itself. */
  *around(trace: Trace, place: Place): Generator<Place> {
    let { parentSpanId } = place;
    for (
      let steps = 0;
      parentSpanId !== null && parentSpanId !== place.spanId && steps < FURTHEST;
      steps += 1
    ) {
      const outer = this.place(trace, parentSpanId);
      yield outer;
      if (!outer.seen) return;
      parentSpanId = outer.parentSpanId;
    }
  }
}

function emptyPlace(spanId: string): Place {
  return {
    spanId,
    seen: false,
    kind: 'step',
    parentSpanId: null,
    agentId: null,
    actionId: null,
    tool: null,
    responseId: null,
    counted: null,
    below: null,
    orphans: null,
    calls: null,
  };
}
