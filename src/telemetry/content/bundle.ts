/**
 * What one request said of one trace, as one text: to compress and seal each span by itself costs several times as much.
 * JSON: a part for each span, `[span id, [[kind, text, at, tool call id], ...]]`, in the order of arrival.
 */
import type { ContentPiece } from '../wire/types.js';

/** The text of one bundle, not sealed yet. */
export interface Bundle {
  readonly traceId: string;
  readonly pieces: number;
  /** Empty where it is only counted. */
  readonly plain: Buffer;
}

/** Bundles on their way from thread to thread: one stretch of bytes for all. */
export interface PackedBundles {
  readonly ends: readonly BundleEnd[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface BundleEnd extends Pick<Bundle, 'traceId' | 'pieces'> {
  readonly end: number;
}

type Said = readonly [kind: ContentPiece['kind'], text: string, atMs: number, toolCallId: string | null];

/** What one span said, once. */
export type Part = readonly [spanId: string, said: Said[]];

/** What one row held. */
export interface Opened {
  readonly parts: readonly Part[];
  /** What was lost, where it does not open. */
  readonly unreadable: number;
}

interface OfTrace {
  readonly traceId: string;
  readonly parts: Part[];
  pieces: number;
}

/** `keepsText`: else they are only counted. */
export function packBundles(pieces: readonly ContentPiece[], keepsText: boolean): PackedBundles {
  const traces = byTrace(pieces);
  const texts = traces.map(({ parts }) => (keepsText ? JSON.stringify(parts) : ''));
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  // Of its own: a buffer that others share cannot be given away.
  const bytes = Buffer.from(new ArrayBuffer(size));
  let end = 0;
  const ends = traces.map(({ traceId, pieces: count }, index) => {
    end += bytes.write(texts[index] ?? '', end);
    return { traceId, pieces: count, end };
  });
  return { ends, bytes };
}

export function unpackBundles({ ends, bytes }: PackedBundles): Bundle[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  return ends.map(({ traceId, pieces, end }) => {
    const plain = all.subarray(start, end);
    start = end;
    return { traceId, pieces, plain };
  });
}

/** What was sealed, authenticated just now: our own text. */
export function partsOf(plain: Buffer): Part[] {
  return JSON.parse(plain.toString()) as Part[];
}

export function piecesOf(traceId: string, [spanId, said]: Part): ContentPiece[] {
  return said.map(([kind, text, atMs, toolCallId]) => ({ traceId, spanId, kind, text, atMs, toolCallId }));
}

/** Traces in the order in which they begin. Pieces of one span stand together: a request names a span, then the next. */
function byTrace(pieces: readonly ContentPiece[]): OfTrace[] {
  const traces = new Map<string, OfTrace>();
  let last: OfTrace | undefined;
  for (const { traceId, spanId, kind, text, atMs, toolCallId } of pieces) {
    if (last?.traceId !== traceId) last = traces.get(traceId);
    if (last === undefined) traces.set(traceId, (last = { traceId, parts: [], pieces: 0 }));
    const part = last.parts.at(-1);
    const said: Said = [kind, text, atMs, toolCallId];
    if (part?.[0] === spanId) part[1].push(said);
    else last.parts.push([spanId, [said]]);
    last.pieces += 1;
  }
  return [...traces.values()];
}
