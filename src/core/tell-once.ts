/**
 * Each thing once: every call of a model repeats the conversation before it, and spans repeat what is said within them. But
 * what was done twice is told twice, and so is what was said twice.
 */
import { enclosing, placeOf, type SpansByPlace } from './span-place.js';
import type { TracePiece } from './trace.js';

/** Pieces in order; what is left keeps it. */
export function tellOnce(pieces: readonly TracePiece[], spans: SpansByPlace): TracePiece[] {
  const tellers = conversationTellers(pieces);
  const history = new History();
  const told = new Told(spans, tellers);
  return pieces.filter((piece) => {
    if (piece.kind === 'input') return !history.repeats(piece);
    if (told.repeats(piece)) return false;
    history.add(piece);
    told.add(piece);
    return true;
  });
}

/** What goes into a model again and again: a text is new when it comes more often than it was said. */
class History {
  readonly #said = new Map<string, number>();
  readonly #within = new Map<string, number>();

  add({ text }: TracePiece): void {
    this.#said.set(text, (this.#said.get(text) ?? 0) + 1);
  }

  repeats(piece: TracePiece): boolean {
    const key = `${placeOf(piece)} ${piece.text}`;
    const times = (this.#within.get(key) ?? 0) + 1;
    this.#within.set(key, times);
    if (times <= (this.#said.get(piece.text) ?? 0)) return true;
    this.#said.set(piece.text, times);
    return false;
  }
}

/** Who tells a conversation, in which calls and their results come as history; a tool tells its own call only. */
function conversationTellers(pieces: readonly TracePiece[]): ReadonlySet<string> {
  const words = pieces.filter((piece) => !isOfCall(piece) && piece.kind !== 'event');
  return new Set(words.map(placeOf));
}

function isOfCall({ kind }: TracePiece): boolean {
  return kind === 'tool-arguments' || kind === 'tool-result';
}

type CallIds = Set<string | null>;

/** What was told, and where. */
class Told {
  readonly #spans: SpansByPlace;
  readonly #tellers: ReadonlySet<string>;
  readonly #pieces = new Map<string, TracePiece[]>();
  readonly #at = new Map<string, CallIds>();
  readonly #within = new Map<string, CallIds>();
  /** Results by their call. */
  readonly #results = new Set<string>();

  constructor(spans: SpansByPlace, tellers: ReadonlySet<string>) {
    this.#spans = spans;
    this.#tellers = tellers;
  }

  add(piece: TracePiece): void {
    const { kind, toolCallId } = piece;
    const key = keyOf(piece);
    put(this.#at, `${placeOf(piece)} ${key}`, toolCallId);
    for (const outer of this.#around(piece)) put(this.#within, `${outer} ${key}`, toolCallId);
    const same = this.#pieces.get(key);
    if (same === undefined) this.#pieces.set(key, [piece]);
    else same.push(piece);
    if (kind === 'tool-result' && toolCallId !== null) this.#results.add(toolCallId);
  }

  repeats(piece: TracePiece): boolean {
    if (this.#isSame(piece)) return true;
    if (!this.#tellers.has(placeOf(piece))) return false;
    const same = this.#pieces.get(keyOf(piece)) ?? [];
    const { kind, toolCallId } = piece;
    if (kind === 'system') return same.length > 0;
    if (kind === 'tool-result') return toolCallId === null ? same.length > 0 : this.#results.has(toolCallId);
    if (kind === 'tool-arguments')
      return same.some((each) => each.toolCallId === toolCallId && this.#isHistory(piece, each));
    return same.some((each) => this.#overlaps(piece, each));
  }

  /** The same words by the same span; or of one call, by a span around it or within it. */
  #isSame(piece: TracePiece): boolean {
    const { toolCallId } = piece;
    const [place, key] = [placeOf(piece), keyOf(piece)];
    if (this.#at.get(`${place} ${key}`)?.has(toolCallId) === true) return true;
    if (isOneCall(this.#within.get(`${place} ${key}`), toolCallId)) return true;
    return this.#around(piece).some((outer) => isOneCall(this.#at.get(`${outer} ${key}`), toolCallId));
  }

  #around(piece: TracePiece): readonly string[] {
    const span = this.#spans.get(placeOf(piece));
    if (span === undefined) return [];
    return enclosing({ traceId: span.traceId, outer: span.parentSpanId }, this.#spans).ancestors.map(placeOf);
  }

  /** Asked for by its id in another conversation; without an id, two who listen to one call of a model. */
  #isHistory(piece: TracePiece, earlier: TracePiece): boolean {
    if (!this.#tellers.has(placeOf(earlier))) return false;
    return piece.toolCallId !== null || this.#overlaps(piece, earlier);
  }

  /** Two that tell the same at one time listen to one call; one that is not known may. */
  #overlaps(a: TracePiece, b: TracePiece): boolean {
    const [one, other] = [this.#spans.get(placeOf(a)), this.#spans.get(placeOf(b))];
    if (one === undefined || other === undefined) return true;
    return one.startedAtMs < other.atMs && other.startedAtMs < one.atMs;
  }
}

function put(told: Map<string, CallIds>, key: string, toolCallId: string | null): void {
  const ids = told.get(key);
  if (ids === undefined) told.set(key, new Set([toolCallId]));
  else ids.add(toolCallId);
}

function isOneCall(ids: CallIds | undefined, toolCallId: string | null): boolean {
  if (ids === undefined) return false;
  return toolCallId === null || ids.has(toolCallId) || ids.has(null);
}

function keyOf({ kind, text }: TracePiece): string {
  return `${kind} ${text}`;
}
