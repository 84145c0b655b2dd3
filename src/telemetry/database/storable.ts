import type { ActionRecord } from '../../core/action-record.js';
import { bodyOf } from './record-body.js';
import { recordKey } from './record-key.js';

/** A record, with what of its row takes time to make: it is made by whoever has the time. */
export interface Storable {
  readonly record: ActionRecord;
  readonly key: Buffer | string;
  readonly body: string;
}

export function storable(record: ActionRecord): Storable {
  const key = recordKey(record);
  return { record, key, body: bodyOf(record, typeof key !== 'string') };
}
