/** What was said, sealed. Nothing of it is in any log, and nothing is kept without a key from the environment. */
import { createHmac } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { ContentPiece } from '../wire/types.js';
import { partsOf, piecesOf, type Bundle, type Opened, type Part } from './bundle.js';
import type { ContentKeys } from './content-keys.js';
import { packed, unpacked } from './packed.js';
import { open, seal } from './seal.js';
import { spanContent } from './span-content.js';
import { traceKeys, type SealedTrace, type TraceContent, type TraceKeys } from './trace-keys.js';

/** The content of one trace, or why there is none. */
export type TraceRead =
  | {
      readonly kind: 'stored';
      readonly pieces: readonly ContentPiece[];
      /** Pieces that came while there was no key; and those that do not open any more. */
      readonly unstored: number;
      readonly unreadable: number;
    }
  | { readonly kind: 'none' }
  | Exclude<TraceContent, { kind: 'sealed' }>;

export interface ContentStore {
  /** Seals what one request brought. Within the caller's transaction; the same again changes nothing. */
  keep(bundles: readonly Bundle[], nowMs: number): void;
  /** In the order in which it came. */
  read(traceId: string): TraceRead;
  /** Is there a key to seal with? */
  readonly isOn: boolean;
  missingKeys: TraceKeys['missing'];
  rewrap: TraceKeys['rewrap'];
  forget: TraceKeys['forget'];
}

const MARK_BYTES = 16;
const COUNT_BYTES = 4;

export function contentStore(database: Database, keys: ContentKeys): ContentStore {
  const traces = traceKeys(database, keys);
  const older = spanContent(database);
  const bundles = bundleTable(database);
  return {
    isOn: keys.current !== null,
    missingKeys: () => traces.missing(),
    rewrap: (limit) => traces.rewrap(limit),
    forget: () => traces.forget(),
    keep(brought, nowMs) {
      for (const bundle of brought) {
        const trace = traces.toSeal(bundle.traceId, nowMs);
        if (trace === null) traces.countUnstored(bundle.traceId, bundle.pieces, nowMs);
        else bundles.keep(trace, bundle);
      }
    },
    read(traceId) {
      const trace = traces.look(traceId);
      if (trace === undefined) return { kind: 'none' };
      if (trace.kind !== 'sealed') return trace;
      const opened = [...older.read(trace), ...bundles.read(trace)];
      return {
        kind: 'stored',
        pieces: onceEach(opened.flatMap(({ parts }) => parts)).flatMap((part) => piecesOf(traceId, part)),
        unstored: trace.unstored,
        unreadable: opened.reduce((sum, { unreadable }) => sum + unreadable, 0),
      };
    },
  };
}

interface BundleRow {
  readonly mark: Buffer;
  readonly pieces: number;
  readonly sealed: Buffer;
}

function bundleTable(database: Database) {
  const known = database
    .prepare<[number, Buffer], number>('select 1 from content_bundle where trace = ? and mark = ?')
    .pluck();
  const put = database.prepare<[number, Buffer, number, Buffer]>(
    'insert into content_bundle (trace, mark, pieces, sealed) values (?, ?, ?, ?)',
  );
  const all = database.prepare<[number], BundleRow>(
    'select mark, pieces, sealed from content_bundle where trace = ? order by id',
  );
  return {
    keep({ id, key, isNew }: SealedTrace, { pieces, plain }: Bundle): void {
      const mark = createHmac('sha256', key).update(plain).digest().subarray(0, MARK_BYTES);
      if (!isNew && known.get(id, mark) !== undefined) return;
      put.run(id, mark, pieces, seal(key, placeOf(mark, pieces), packed(plain)));
    },
    read: ({ id, key }: Pick<SealedTrace, 'id' | 'key'>): Opened[] =>
      all.all(id).map(({ mark, pieces, sealed }) => {
        const plain = open(key, placeOf(mark, pieces), sealed);
        return plain === null
          ? { parts: [], unreadable: pieces }
          : { parts: partsOf(unpacked(plain)), unreadable: 0 };
      }),
  };
}

/** What a bundle is bound to, beside the trace, whose key it is. */
function placeOf(mark: Buffer, pieces: number): Buffer {
  const place = Buffer.alloc(MARK_BYTES + COUNT_BYTES);
  mark.copy(place);
  place.writeUInt32BE(pieces >>> 0, MARK_BYTES);
  return place;
}

/** What a sender repeats in another request is in another bundle, and is the same all the same. */
function onceEach(parts: readonly Part[]): Part[] {
  const seen = new Set<string>();
  return parts.filter((part) => {
    const text = JSON.stringify(part);
    const isFirst = !seen.has(text);
    seen.add(text);
    return isFirst;
  });
}
