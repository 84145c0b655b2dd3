/** What one request brought, on its way from the reader to the store. */
import type { ActionRecord } from '../../core/action-record.js';
import type { Storable } from '../database/storable.js';
import type { Beside } from './read-ingest.js';
import { packRecords, unpackRecords, type RecordColumns } from './record-columns.js';

/** As it is handed from thread to thread. */
export interface PackedRead extends Beside {
  readonly columns: RecordColumns;
}

/** As it is stored. */
export interface Brought extends Beside {
  readonly records: readonly Storable[];
}

export function packRead({
  records,
  ...beside
}: Beside & { readonly records: readonly ActionRecord[] }): PackedRead {
  return { ...beside, columns: packRecords(records) };
}

export function unpackRead({ columns, ...beside }: PackedRead): Brought {
  return { ...beside, records: unpackRecords(columns) };
}
