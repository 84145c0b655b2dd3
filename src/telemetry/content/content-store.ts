/** What was said, sealed. Nothing of it is in any log, and nothing is kept without a key from the environment. */
import { createHmac } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { ContentPiece } from '../wire/types.js';
import type { ContentKeys } from './content-keys.js';
import { open, seal } from './seal.js';
import { traceKeys, type SealedTrace, type TraceContent, type TraceKeys } from './trace-keys.js';

/** The content of one trace, or why there is none. */
export type TraceRead =
  | {
      readonly kind: 'stored';
      readonly pieces: readonly ContentPiece[];
      /** Pieces that came while there was no key; rows that do not open any more. */
      readonly unstored: number;
      readonly unreadable: number;
    }
  | { readonly kind: 'none' }
  | Exclude<TraceContent, { kind: 'sealed' }>;

export interface ContentStore {
  /** Seals what one request brought. Within the caller's transaction; the same again changes nothing. */
  keep(pieces: readonly ContentPiece[], nowMs: number): void;
  /** In the order in which it came. */
  read(traceId: string): TraceRead;
  /** Is there a key to seal with? */
  readonly isOn: boolean;
  rewrap: TraceKeys['rewrap'];
  forget: TraceKeys['forget'];
}

/** Below this, compressing gains nothing. */
const DEFLATE_BYTES = 512;
const MARK_BYTES = 16;
/** The first byte of what is sealed. */
const PLAIN = 0;
const DEFLATED = 1;

export function contentStore(database: Database, keys: ContentKeys): ContentStore {
  const traces = traceKeys(database, keys);
  const put = database.prepare<[number, Buffer, Buffer, Buffer]>(
    'insert into content (trace, span, mark, sealed) values (?, ?, ?, ?) on conflict do nothing',
  );
  const known = database
    .prepare<[number, Buffer, Buffer], number>(
      'select 1 from content where trace = ? and span = ? and mark = ?',
    )
    .pluck();
  const all = database.prepare<[number], SealedRow>(
    'select span, mark, sealed from content where trace = ? order by id',
  );

  function keepSpan({ id, key }: SealedTrace, pieces: readonly ContentPiece[]): void {
    const [first] = pieces;
    if (first === undefined) return;
    const span = Buffer.from(first.spanId, 'hex');
    const plain = Buffer.from(JSON.stringify(pieces.map(said)));
    const mark = createHmac('sha256', key).update(span).update(plain).digest().subarray(0, MARK_BYTES);
    if (known.get(id, span, mark) !== undefined) return;
    put.run(id, span, mark, seal(key, placeOf(span, mark), packed(plain)));
  }

  return {
    isOn: keys.current !== null,
    rewrap: (limit) => traces.rewrap(limit),
    forget: () => traces.forget(),
    keep(pieces, nowMs) {
      for (const ofSpan of bySpan(pieces)) {
        const traceId = ofSpan[0]?.traceId ?? '';
        const trace = traces.toSeal(traceId, nowMs);
        if (trace === null) traces.countUnstored(traceId, ofSpan.length, nowMs);
        else keepSpan(trace, ofSpan);
      }
    },
    read(traceId) {
      const trace = traces.look(traceId);
      if (trace === undefined) return { kind: 'none' };
      if (trace.kind !== 'sealed') return trace;
      const opened = all.all(trace.id).map((row) => openRow(trace.key, traceId, row));
      return {
        kind: 'stored',
        pieces: opened.flatMap((each) => each ?? []),
        unstored: trace.unstored,
        unreadable: opened.filter((each) => each === null).length,
      };
    },
  };
}

interface SealedRow {
  readonly span: Buffer;
  readonly mark: Buffer;
  readonly sealed: Buffer;
}

type Said = readonly [kind: ContentPiece['kind'], text: string, atMs: number, toolCallId: string | null];

function said({ kind, text, atMs, toolCallId }: ContentPiece): Said {
  return [kind, text, atMs, toolCallId];
}

/** Pieces of one span that stand together: a request names a span, then the next. */
function bySpan(pieces: readonly ContentPiece[]): ContentPiece[][] {
  const groups: ContentPiece[][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    const before = last?.[0];
    if (last !== undefined && before?.spanId === piece.spanId && before.traceId === piece.traceId)
      last.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

function placeOf(span: Buffer, mark: Buffer): Buffer {
  return Buffer.concat([span, mark]);
}

function packed(plain: Buffer): Buffer {
  const isLong = plain.length >= DEFLATE_BYTES;
  return Buffer.concat([
    Buffer.of(isLong ? DEFLATED : PLAIN),
    isLong ? deflateRawSync(plain, { level: 1 }) : plain,
  ]);
}

/** null where it does not open. */
function openRow(key: Buffer, traceId: string, { span, mark, sealed }: SealedRow): ContentPiece[] | null {
  const opened = open(key, placeOf(span, mark), sealed);
  if (opened === null) return null;
  const rest = opened.subarray(1);
  const plain = opened[0] === DEFLATED ? inflateRawSync(rest) : rest;
  // Authenticated just now: our own text.
  const pieces = JSON.parse(plain.toString()) as Said[];
  const spanId = span.toString('hex');
  return pieces.map(([kind, text, atMs, toolCallId]) => ({ traceId, spanId, kind, text, atMs, toolCallId }));
}
