/** What one request brought, on its way from the reader to the store. */
import type { ActionRecord } from '../../core/action-record.js';
import { packBundles, unpackBundles, type Bundle, type PackedBundles } from '../content/bundle.js';
import type { Storable } from '../database/storable.js';
import type { Beside } from './read-ingest.js';
import { buffersOf, packRecords, unpackRecords, type RecordColumns } from './record-columns.js';

/** As it is handed from thread to thread. */
export interface PackedRead extends Omit<Beside, 'content'> {
  readonly columns: RecordColumns;
  readonly bundles: PackedBundles;
}

/** As it is stored. */
export interface Brought extends Omit<Beside, 'content'> {
  readonly records: readonly Storable[];
  readonly bundles: readonly Bundle[];
}

/** `keepsContent`: what was said is counted in any case, and handed on only where it is kept. */
export function packRead(
  { records, content, ...beside }: Beside & { readonly records: readonly ActionRecord[] },
  keepsContent: boolean,
): PackedRead {
  return { ...beside, columns: packRecords(records), bundles: packBundles(content, keepsContent) };
}

/** What may be given away with the message. */
export function buffersOfRead({ columns, bundles }: PackedRead): ArrayBuffer[] {
  return [...buffersOf(columns), bundles.bytes.buffer];
}

export function unpackRead({ columns, bundles, ...beside }: PackedRead): Brought {
  return { ...beside, records: unpackRecords(columns), bundles: unpackBundles(bundles) };
}
